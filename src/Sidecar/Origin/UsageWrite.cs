namespace Sidecar.Origin;

/// <summary>One usage value.</summary>
/// <param name="Suffix">What its key appends to the entitlements key: <c>:f_F</c> or <c>:credit_K</c>.</param>
/// <param name="Value">The value.</param>
/// <param name="Timestamp">When it was measured, Unix ms.</param>
internal readonly record struct UsageWrite(string Suffix, byte[] Value, long Timestamp);
