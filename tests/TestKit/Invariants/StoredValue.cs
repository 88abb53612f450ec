namespace TestKit.Invariants;

/// <summary>What Redis holds under a key.</summary>
/// <param name="Value">The string; null when the key went away while it was read.</param>
/// <param name="Expiry">Time until it expires; null: never.</param>
public sealed record StoredValue(string? Value, TimeSpan? Expiry);
