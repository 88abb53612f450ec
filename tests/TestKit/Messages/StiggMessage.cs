namespace TestKit.Messages;

/// <summary>A queue message in one of Stigg's public shapes, with what it must do to the cache.</summary>
public abstract record StiggMessage
{
    /// <summary>The customer it is about.</summary>
    public required string CustomerId { get; init; }

    /// <summary>The customer's resource; null: none.</summary>
    public string? ResourceId { get; init; }

    /// <summary>The time it carries, ms since the epoch; unique per key, so that a cached value names its message.</summary>
    public required long Time { get; init; }

    /// <summary>Name of the entitlements key without the environment prefix (contract, section 1).</summary>
    public string EntitlementsKey => KeyOf(CustomerId, ResourceId);

    /// <summary>The message's body.</summary>
    public abstract string Body();

    /// <summary>The items it wants written (layout v3).</summary>
    public abstract IEnumerable<CacheWrite> Writes();

    internal static string KeyOf(string customerId, string? resourceId) =>
        string.IsNullOrEmpty(resourceId) ? $"c_{customerId}" : $"c_{customerId}:r_{resourceId}";
}
