using System.Text;
using System.Text.Json;
using EntitlementCache.Caching;
using EntitlementCache.Messages;
using EntitlementCache.Settings;
using PersistentCacheService.Commands.Inspect;

namespace PersistentCacheService.Auditing;

/// <summary>What the Edge API says of a customer, as this service would write it, in memory of its own.</summary>
/// <param name="Timestamp">Unix ms of the entitlements; 0: newer than whatever is stored.</param>
/// <param name="IsGone">The Edge API knows no such customer, or nothing about it.</param>
/// <param name="Reason">Why the customer as a whole is denied; null: it is not.</param>
/// <param name="Items">The entitlements.</param>
/// <param name="Usage">Their usage, where readers look for it and the answer tells its time.</param>
internal sealed record ExpectedState(
    long Timestamp, bool IsGone, string? Reason, IReadOnlyList<CachedItem> Items, IReadOnlyDictionary<(string Type, string Id), (JsonElement Value, long Timestamp)> Usage)
{
    private static readonly ExpectedState Gone = new(0, IsGone: true, Reason: null, [], new Dictionary<(string, string), (JsonElement, long)>());

    /// <summary>Reads an answer; the operation may be disposed afterwards.</summary>
    /// <param name="operation">A <see cref="SetCustomer"/>; else the customer is gone.</param>
    /// <param name="settings">Layout and names.</param>
    public static ExpectedState Of(CacheOperation operation, CacheSettings settings)
    {
        if (operation is not SetCustomer state)
        {
            return Gone;
        }

        var output = new Utf8Output();
        new EntitlementValueWriter(output, Encoding.ASCII.GetBytes(settings.CreditKeyPrefix)).Write(state.Entitlements, settings.Layout);
        var items = JsonElement.Parse(output.Written).EnumerateObject().Select(static member => new CachedItem(member.Name, member.Value, Usage: null)).ToList();
        var usage = new Dictionary<(string, string), (JsonElement, long)>();
        foreach (ref readonly var entitlement in state.Entitlements)
        {
            var isFeature = entitlement.Kind == EntitlementKind.Feature;
            if (entitlement is { IsUsageTracked: true, UsageUpdatedAt: { } time } && (isFeature || settings.Layout != CacheLayout.V2))
            {
                output.Clear();
                UsageValueWriter.Write(output, in entitlement);
                usage[(isFeature ? "FEATURE" : "CREDIT", Encoding.UTF8.GetString(entitlement.Id.Span))] = (JsonElement.Parse(output.Written), time);
            }
        }

        var reason = state.AccessDeniedReason.ValueKind == JsonValueKind.String ? state.AccessDeniedReason.GetString() : null;
        return new ExpectedState(state.Timestamp, IsGone: false, reason, items, usage);
    }
}
