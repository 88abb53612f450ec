using System.Text;
using System.Text.Json;
using EntitlementCache.Caching;
using EntitlementCache.Messages;
using EntitlementCache.Settings;

namespace PersistentCacheService.Commands.Inspect;

/// <summary>What this worker writes for a credit: made by its own decoder and writer, so that no second list of members can go stale.</summary>
internal static class OurCreditEntry
{
    /// <summary>Stands wherever the worker writes the currency's id.</summary>
    public const string CurrencyId = "id-of-the-currency";

    /// <summary>An entry that has every member the worker knows.</summary>
    public static readonly JsonElement Fullest = Write(
        """
        "displayName":"n","description":"d","unitSingular":"s","unitPlural":"p","additionalMetaData":{}
        """,
        """
        "usageLimit":1,"currentUsage":1,"hasSoftLimit":true,"accessDeniedReason":"r","validUntil":1,"usagePeriodStart":1,"usagePeriodEnd":1,"usageUpdatedAt":1
        """);

    /// <summary>An entry that has only those it never leaves out.</summary>
    public static readonly JsonElement Barest = Write("\"displayName\":null", "\"usageLimit\":null");

    private static JsonElement Write(string currency, string terms)
    {
        var message = $$"""
            {"type":"entitlementsUpdated","customerId":"c","entitlements":[{"__typename":"CreditEntitlement","entitlementUpdatedAt":1,"currency":{"currencyId":"{{CurrencyId}}",{{currency}}},{{terms}}}]}
            """;
        using var operation = (SetCustomer)MessageDecoder.Decode(Encoding.UTF8.GetBytes(message), default);
        var output = new Utf8Output();
        new EntitlementValueWriter(output, creditKeyPrefix: []).Write(operation.Entitlements, CacheLayout.V3);
        return JsonElement.Parse(output.Written).GetProperty(CurrencyId);
    }
}
