using System.Globalization;
using Sidecar.Model;
using Stigg.Sidecar.V1;

namespace Sidecar.Tests.Decisions;

/// <summary>
/// The answers of every reading call in one form: access, the reason, whether it is the fallback (which gives access here), and current usage. So
/// <c>False RequestedUsageExceedingLimit 7</c>, or <c>True fallback</c>.
/// </summary>
internal static class Verdicts
{
    /// <summary>The call for features of one type.</summary>
    public static async Task<string> TypedAsync(SidecarService.SidecarServiceClient client, EntitlementType type, string customer, string id, double requested, params string[] values)
    {
        switch (type)
        {
            case EntitlementType.Boolean:
                var boolean = await client.GetBooleanEntitlementAsync(new GetBooleanEntitlementRequest
                {
                    CustomerId = customer,
                    FeatureId = id,
                    Options = new BooleanEntitlementOptions { Fallback = new BooleanEntitlementFallback { HasAccess = true } },
                });
                return Verdict(boolean.HasAccess, boolean.HasAccessDeniedReason ? boolean.AccessDeniedReason : null, boolean.IsFallback);
            case EntitlementType.Numeric:
                var numeric = await client.GetNumericEntitlementAsync(new GetNumericEntitlementRequest
                {
                    CustomerId = customer,
                    FeatureId = id,
                    Options = new NumericEntitlementOptions { Fallback = new NumericEntitlementFallback { HasAccess = true } },
                });
                return Verdict(numeric.HasAccess, numeric.HasAccessDeniedReason ? numeric.AccessDeniedReason : null, numeric.IsFallback);
            case EntitlementType.Metered:
                var metered = await client.GetMeteredEntitlementAsync(new GetMeteredEntitlementRequest
                {
                    CustomerId = customer,
                    FeatureId = id,
                    Options = new MeteredEntitlementOptions { RequestedUsage = requested, Fallback = new MeteredEntitlementFallback { HasAccess = true } },
                });
                return Verdict(metered.HasAccess, metered.HasAccessDeniedReason ? metered.AccessDeniedReason : null, metered.IsFallback, Usage(metered.Entitlement));
            default:
                var enumeration = await client.GetEnumEntitlementAsync(new GetEnumEntitlementRequest
                {
                    CustomerId = customer,
                    FeatureId = id,
                    Options = new EnumEntitlementOptions { RequestedValues = { values }, Fallback = new EnumEntitlementFallback { HasAccess = true } },
                });
                return Verdict(enumeration.HasAccess, enumeration.HasAccessDeniedReason ? enumeration.AccessDeniedReason : null, enumeration.IsFallback);
        }
    }

    /// <summary>The call for a feature of any type.</summary>
    public static async Task<string> GenericAsync(SidecarService.SidecarServiceClient client, string customer, string id, double requested, params string[] values)
    {
        var answer = await client.GetEntitlementAsync(new GetEntitlementRequest { CustomerId = customer, FeatureId = id, Options = Options(requested, values) });
        return Verdict(answer.HasAccess, answer.HasAccessDeniedReason ? answer.AccessDeniedReason : null, answer.IsFallback, Usage(answer.Metered));
    }

    /// <summary>The call of the second generation, for a feature.</summary>
    public static async Task<string> SecondAsync(SidecarService.SidecarServiceClient client, string customer, string id, double requested, params string[] values) =>
        Of((await client.GetEntitlementV2Async(new GetEntitlementV2Request { CustomerId = customer, FeatureId = id, Options = Options(requested, values) })).Entitlement);

    /// <summary>The call of the second generation, for the credits of a currency.</summary>
    public static async Task<string> CreditAsync(SidecarService.SidecarServiceClient client, string customer, string currency) =>
        Of((await client.GetEntitlementV2Async(new GetEntitlementV2Request { CustomerId = customer, CurrencyId = currency, Options = Options(0) })).Entitlement);

    private static GetEntitlementOptions Options(double requested, params string[] values) =>
        new() { RequestedUsage = requested, RequestedValues = { values }, Fallback = new GetEntitlementFallback { HasAccess = true } };

    private static string Of(EntitlementV2 answer) =>
        Verdict(answer.HasAccess, answer.HasAccessDeniedReason ? answer.AccessDeniedReason : null, answer.IsFallback, Usage(answer.Metered) ?? answer.Credit?.CurrentUsage);

    private static double? Usage(MeteredEntitlement? metered) => metered?.Feature is null ? null : metered.CurrentUsage;

    private static string Verdict(bool hasAccess, AccessDeniedReason? reason, bool isFallback, double? usage = null)
    {
        string?[] parts = [hasAccess.ToString(), reason?.ToString(), isFallback ? "fallback" : null, usage?.ToString(CultureInfo.InvariantCulture)];
        return string.Join(' ', parts.OfType<string>());
    }
}
