using System.Text.Json.Nodes;

namespace PersistentCacheService.IntegrationTests.Readers;

/// <summary>What a reader says about a customer.</summary>
/// <param name="Entitlements">The entitlements, in the form both generations share.</param>
/// <param name="Answer">The reader's own answer.</param>
/// <param name="AccessDeniedReason">Why the whole list is denied; the SDK of the old generation does not say.</param>
/// <param name="EdgeCalls">Calls to the Edge API it took: 0 is a hit.</param>
public sealed record ReaderAnswer(IReadOnlyList<ReadEntitlement> Entitlements, JsonNode Answer, string? AccessDeniedReason, int EdgeCalls)
{
    /// <summary>The entitlement of a feature, or of a credit by <c>CREDIT:</c> and its currency.</summary>
    public ReadEntitlement this[string id] => Entitlements.Single(entitlement => entitlement.Id == id);

    /// <summary>The entitlements in the order of their ids.</summary>
    public IEnumerable<ReadEntitlement> Sorted => Entitlements.OrderBy(static entitlement => entitlement.Id, StringComparer.Ordinal);
}
