using System.Text.Json.Nodes;

namespace TestKit.Messages;

/// <summary>entitlementsUpdatedV2: all a customer, or a resource of one, is entitled to.</summary>
public sealed record EntitlementsMessage : StiggMessage
{
    /// <summary>The entitlements.</summary>
    public required IReadOnlyList<Entitlement> Entitlements { get; init; }

    /// <summary>Why the whole list is denied; null: it is not.</summary>
    public string? AccessDeniedReason { get; init; }

    /// <inheritdoc/>
    public override string Body() => JsonWriting.Print(json =>
    {
        json.WriteStartObject();
        json.WriteString("type", "entitlementsUpdatedV2");
        json.WriteString("customerId", CustomerId);
        json.WriteString("resourceId", ResourceId);
        json.WriteString("accessDeniedReason", AccessDeniedReason);
        json.WriteStartArray("entitlements");
        foreach (var entitlement in Entitlements)
        {
            entitlement.WritePayload(json, Time);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <inheritdoc/>
    public override IEnumerable<CacheWrite> Writes()
    {
        yield return new CacheWrite(EntitlementsKey, Time, Map);
        yield return new CacheWrite($"{EntitlementsKey}:metadata", Time, () => new JsonObject { ["accessDeniedReason"] = AccessDeniedReason });
        foreach (var entitlement in Entitlements)
        {
            if (entitlement.UsageKeySuffix is { } suffix)
            {
                yield return new CacheWrite(EntitlementsKey + suffix, Time, entitlement.UsageValue);
            }
        }
    }

    private JsonObject Map()
    {
        var map = new JsonObject();
        foreach (var entitlement in Entitlements)
        {
            map[entitlement.MapKey] = entitlement.CacheEntry(Time);
        }

        return map;
    }
}
