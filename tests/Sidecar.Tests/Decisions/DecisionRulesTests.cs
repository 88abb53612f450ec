using Sidecar.Decisions;
using Sidecar.Model;
using Stigg.Sidecar.V1;

namespace Sidecar.Tests.Decisions;

public sealed class DecisionRulesTests
{
    private const long Now = 1_777_629_600_000;

    private static readonly Fallback Generous = new() { HasAccess = true, UsageLimit = 5 };

    /// <summary>Situation, entitlement, requested usage, access, reason: the table of metered, numeric and boolean features.</summary>
    public static TheoryData<string, double, bool, string> Features => new()
    {
        { """{"feature":{"id":"f","featureType":"BOOLEAN"}}""", 0, true, "" },
        { """{"feature":{"id":"f","featureType":"BOOLEAN"},"accessDeniedReason":"Revoked"}""", 0, false, "Revoked" },
        { """{"feature":{"id":"f","featureType":"BOOLEAN"},"accessDeniedReason":"SomethingNew"}""", 0, false, "Unknown" },
        { """{"feature":{"id":"f","featureType":"NUMBER","meterType":"None"},"usageLimit":3}""", 100, true, "" },
        { """{"feature":{"id":"f","featureType":"NUMBER","meterType":"Incremental"},"usageLimit":10}""", 0, true, "" },
        { """{"feature":{"id":"f","featureType":"NUMBER","meterType":"Incremental"},"usageLimit":10}""", 3, true, "" },
        { """{"feature":{"id":"f","featureType":"NUMBER","meterType":"Incremental"},"usageLimit":10}""", 3.5, false, "RequestedUsageExceedingLimit" },
        { """{"feature":{"id":"f","featureType":"NUMBER","meterType":"Fluctuating"},"usageLimit":7}""", 0, true, "" },
        { """{"feature":{"id":"f","featureType":"NUMBER","meterType":"Fluctuating"},"usageLimit":null}""", 0, false, "RequestedUsageExceedingLimit" },
        { """{"feature":{"id":"f","featureType":"NUMBER","meterType":"Incremental"},"hasUnlimitedUsage":true}""", 1e9, true, "" },
        { """{"feature":{"id":"f","featureType":"NUMBER","meterType":"Incremental"},"usageLimit":1,"hasSoftLimit":true}""", 1e9, true, "" },
        { """{"feature":{"id":"f","featureType":"NUMBER","meterType":"Incremental"},"hasUnlimitedUsage":true,"accessDeniedReason":"NoActiveSubscription"}""", 0, false, "NoActiveSubscription" },
    };

    [Theory]
    [MemberData(nameof(Features))]
    public void A_feature_is_decided_by_its_terms_and_usage(string terms, double requested, bool hasAccess, string reason)
    {
        var decision = DecisionRules.Generic(Ask("f", Customer($$$$$$"""{"f":{"calculatedEntitlement":{{{{{{terms}}}}}},"usageData":{"currentUsage":7}}}""")) with { RequestedUsage = requested });

        Assert.Equal((hasAccess, reason, false), (decision.HasAccess, decision.Reason?.ToString() ?? "", decision.IsFallback));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("a", true)]
    [InlineData("a,b", true)]
    [InlineData("a,c", false)]
    public void An_enum_grants_only_values_it_has(string requested, bool hasAccess)
    {
        var customer = Customer("""{"f":{"calculatedEntitlement":{"feature":{"id":"f","featureType":"ENUM"},"enumValues":["a","b"]}}}""");

        var decision = DecisionRules.Typed(EntitlementType.Enum, Ask("f", customer) with { RequestedValues = requested.Split(',', StringSplitOptions.RemoveEmptyEntries) });

        Assert.Equal(hasAccess, decision.HasAccess);
        Assert.Equal(hasAccess ? null : AccessDeniedReason.RequestedValuesMismatch, decision.Reason);
    }

    [Fact]
    public void A_missing_customer_is_denied_and_no_fallback()
    {
        var decision = DecisionRules.Typed(EntitlementType.Boolean, Ask("f", CachedCustomer.Missing) with { Fallback = Generous });

        Assert.Equal((false, AccessDeniedReason.CustomerNotFound, false), (decision.HasAccess, decision.Reason, decision.IsFallback));
    }

    [Fact]
    public void A_feature_the_customer_lacks_is_denied_by_typed_calls_and_falls_back_in_the_generic_one()
    {
        var question = Ask("f", Customer("""{"other":{"calculatedEntitlement":{"feature":{"id":"other","featureType":"BOOLEAN"}}}}""")) with { Fallback = Generous };

        var typed = DecisionRules.Typed(EntitlementType.Metered, question);
        var generic = DecisionRules.Generic(question);

        Assert.Equal((false, AccessDeniedReason.NoFeatureEntitlementInSubscription, false), (typed.HasAccess, typed.Reason, typed.IsFallback));
        Assert.Equal((true, null, true), (generic.HasAccess, generic.Reason, generic.IsFallback));
    }

    [Fact]
    public void An_empty_list_without_a_reason_is_taken_for_a_missing_customer() =>
        Assert.Equal(AccessDeniedReason.CustomerNotFound, DecisionRules.Typed(EntitlementType.Metered, Ask("f", CachedCustomer.Empty)).Reason);

    [Fact]
    public void The_reason_of_the_whole_list_wins_over_a_missing_entry()
    {
        var customer = CachedCustomer.Empty with { AccessDeniedReason = "CustomerIsArchived" };

        Assert.Equal(AccessDeniedReason.CustomerIsArchived, DecisionRules.Typed(EntitlementType.Boolean, Ask("f", customer)).Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Another_type_than_asked_for_is_the_whole_fallback_with_that_reason(bool fallbackAccess)
    {
        var customer = Customer("""{"f":{"calculatedEntitlement":{"feature":{"id":"f","featureType":"BOOLEAN"}}}}""");

        var decision = DecisionRules.Typed(EntitlementType.Metered, Ask("f", customer) with { Fallback = new Fallback { HasAccess = fallbackAccess } });

        Assert.Equal((fallbackAccess, AccessDeniedReason.FeatureTypeMismatch, true), (decision.HasAccess, decision.Reason, decision.IsFallback));
    }

    [Fact]
    public void Nothing_known_is_the_fallback_whose_access_needs_no_reason()
    {
        Assert.Equal((true, null), Both(DecisionRules.Typed(EntitlementType.Boolean, Ask("f", null) with { Fallback = Generous })));
        Assert.Equal((false, AccessDeniedReason.Unknown), Both(DecisionRules.Generic(Ask("f", null))));
    }

    [Fact]
    public void Usage_of_a_period_that_is_over_counts_as_nothing_in_the_period_of_now()
    {
        var customer = Customer("""
            {"f":{"calculatedEntitlement":{"feature":{"id":"f","featureType":"NUMBER","meterType":"Incremental"},"usageLimit":10,"usagePeriodAnchor":1767225600000,"resetPeriod":"MONTH"},
            "usageData":{"currentUsage":10,"usagePeriodStart":1767225600000,"usagePeriodEnd":1769904000000}}}
            """);

        var decision = DecisionRules.Typed(EntitlementType.Metered, Ask("f", customer) with { RequestedUsage = 10 });

        Assert.True(decision.HasAccess);
        Assert.Equal(new CachedUsage(0, 1_777_593_600_000, 1_780_272_000_000, null), decision.Entitlement!.Usage);
    }

    [Theory]
    [InlineData("YEAR", "2026-03-31T00:00:00Z", "2027-03-31T00:00:00Z")]
    [InlineData("MONTH", "2026-04-30T00:00:00Z", "2026-05-31T00:00:00Z")]
    [InlineData("WEEK", "2026-04-28T00:00:00Z", "2026-05-05T00:00:00Z")]
    [InlineData("DAY", "2026-05-01T00:00:00Z", "2026-05-02T00:00:00Z")]
    [InlineData("HOUR", "2026-05-01T10:00:00Z", "2026-05-01T11:00:00Z")]
    public void Periods_count_from_the_anchor(string period, string start, string end)
    {
        var anchor = At("2026-03-31T00:00:00Z");

        Assert.Equal((At(start), At(end)), UsagePeriods.Containing(anchor, period, At("2026-05-01T10:00:00Z")));
    }

    [Theory]
    [InlineData("-62135596800000")]
    [InlineData("253402300799999")]
    [InlineData("253402300800000")]
    [InlineData("8640000000000000")]
    [InlineData("-8640000000000000")]
    public void No_anchor_is_too_far_away(string anchor)
    {
        foreach (var period in (string[])["YEAR", "MONTH", "WEEK", "DAY", "HOUR"])
        {
            var customer = Customer(
                $$$$$$"""{"f":{"calculatedEntitlement":{"feature":{"id":"f","featureType":"NUMBER","meterType":"Incremental"},"usageLimit":1,"usagePeriodAnchor":{{{{{{anchor}}}}}},"resetPeriod":"{{{{{{period}}}}}}"},"usageData":{"currentUsage":7,"usagePeriodEnd":3}}}""");

            Assert.True(DecisionRules.Typed(EntitlementType.Metered, Ask("f", customer)).HasAccess);
        }
    }

    [Theory]
    [InlineData(100, 40, false, true, "")]
    [InlineData(100, 100, false, false, "InsufficientCredits")]
    [InlineData(100, 120, true, true, "")]
    public void Credits_are_there_while_something_remains(double granted, double used, bool isSoft, bool hasAccess, string reason)
    {
        var decision = DecisionRules.Credit(Ask("gold", Wallet(granted, used, isSoft, "null")));

        Assert.Equal((hasAccess, reason), (decision.HasAccess, decision.Reason?.ToString() ?? ""));
    }

    [Theory]
    [InlineData(100, 99, false, 0, true, "")]
    [InlineData(100, 100, false, 0, false, "InsufficientCredits")]
    [InlineData(100, 95, false, 2, true, "")]
    [InlineData(100, 95, false, 3, false, "InsufficientCredits")]
    [InlineData(100, 200, true, 3, true, "")]
    public void A_feature_paid_by_credits_depends_on_its_wallet(double granted, double used, bool isSoft, double requested, bool hasAccess, string reason)
    {
        var decision = DecisionRules.Typed(EntitlementType.Metered, Ask("f", Wallet(granted, used, isSoft, "null")) with { RequestedUsage = requested });

        Assert.Equal((hasAccess, reason), (decision.HasAccess, decision.Reason?.ToString() ?? ""));
        Assert.Equal(isSoft, decision.Entitlement!.HasSoftLimit);
    }

    [Fact]
    public void The_fallback_of_the_call_comes_before_the_configured_one()
    {
        var configured = Fallbacks.Parse("""{"f":{"hasAccess":true,"usageLimit":3}}""", out var problem);

        Assert.Null(problem);
        Assert.Equal(3, configured.Choose(null, "f").UsageLimit);
        Assert.Equal(5, configured.Choose(Generous, "f").UsageLimit);
        Assert.False(configured.Choose(null, "other").HasAccess);
    }

    private static (bool HasAccess, AccessDeniedReason? Reason) Both(Decision decision) => (decision.HasAccess, decision.Reason);

    private static long At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    private static CachedCustomer Wallet(double granted, double used, bool isSoft, string limit) => Customer($$$$$$"""
        {"f":{"calculatedEntitlement":{"feature":{"id":"f","featureType":"NUMBER","meterType":"Incremental"},"usageLimit":{{{{{{limit}}}}}},"creditRate":{"amount":2,"currencyId":"gold"}},"usageData":{"currentUsage":7}},
        "CREDIT:gold":{"calculatedEntitlement":{"type":"CREDIT","currency":{"id":"gold"},"usageLimit":{{{{{{granted}}}}}},"hasSoftLimit":{{{{{{(isSoft ? "true" : "false")}}}}}}},"usageData":{"currentUsage":{{{{{{used}}}}}}}}}
        """);

    private static CachedCustomer Customer(string value) => CustomerOf.Value(value);

    private static Question Ask(string id, CachedCustomer? customer) => new() { Customer = customer, Id = id, Now = Now, Fallback = Fallback.Denied };
}
