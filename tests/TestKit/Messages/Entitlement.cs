using System.Text.Json;
using System.Text.Json.Nodes;

namespace TestKit.Messages;

/// <summary>One element of an entitlements message, and what the contract's layout v3 makes of it. The two sides are written down apart from the product's code on purpose.</summary>
public abstract record Entitlement
{
    /// <summary>Member name in the cached map.</summary>
    public abstract string MapKey { get; }

    /// <summary>What follows the entitlements key in the name of the usage key; null: readers expect none.</summary>
    public abstract string? UsageKeySuffix { get; }

    /// <summary>Writes the payload as Stigg sends it.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="time">entitlementUpdatedAt, and usageUpdatedAt where there is a usage.</param>
    public abstract void WritePayload(Utf8JsonWriter json, long time);

    /// <summary>The cached entry of layout v3.</summary>
    public abstract JsonObject CacheEntry(long time);

    /// <summary>The value of the usage key.</summary>
    public abstract JsonObject UsageValue();
}
