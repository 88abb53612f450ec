using System.Text;
using Sidecar.Model;
using Sidecar.Reading;

namespace Sidecar.Tests.Reading;

public sealed class EntitlementsValueTests
{
    private const string Feature = "\"feature\":{\"id\":\"seats\",\"featureType\":\"NUMBER\",\"meterType\":\"Incremental\",\"units\":\"seat\",\"unitsPlural\":\"seats\"}";
    private const string Terms = "\"usageLimit\":10.5,\"hasUnlimitedUsage\":false,\"hasSoftLimit\":true,\"enumValues\":[],\"validUntil\":1778803200000";

    public static TheoryData<string> Layouts => new()
    {
        $$$$$$"""{"seats":{"calculatedEntitlement":{"type":"FEATURE",{{{{{{Feature}}}}}},{{{{{{Terms}}}}}},"usagePeriodAnchor":1,"resetPeriod":"MONTH","resetPeriodConfiguration":null},"usageData":{"currentUsage":4,"usagePeriodStart":2,"usagePeriodEnd":3,"usageUpdatedAt":5,"updatedAt":5}}}""",
        $$$$$$"""{"seats":{"calculatedEntitlement":{ {{{{{{Feature}}}}}},{{{{{{Terms}}}}}} },"featureUsage":{"resetPeriod":"MONTH","resetPeriodConfiguration":null,"currentUsage":4,"usagePeriodAnchor":1,"usagePeriodStart":2,"usagePeriodEnd":3,"updatedAt":5}}}""",
        $$$$$$"""{"seats":{"calculatedEntitlement":{"type":"FEATURE",{{{{{{Feature}}}}}},{{{{{{Terms}}}}}},"usagePeriodAnchor":1,"resetPeriod":"MONTH"},"usageData":{"currentUsage":4,"usagePeriodStart":2,"usagePeriodEnd":3,"updatedAt":5},"featureUsage":{"resetPeriod":"YEAR","currentUsage":9,"usagePeriodAnchor":8}}}""",
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Every_layout_reads_as_the_same_entitlement(string value)
    {
        var seats = Assert.Single(EntitlementsValue.Read(Encoding.UTF8.GetBytes(value))!);

        Assert.Equal((EntitlementType.Metered, "seats", 10.5, true), (seats.Type, seats.Id, seats.UsageLimit, seats.HasSoftLimit));
        Assert.Equal((1L, "MONTH", 1_778_803_200_000L), (seats.UsagePeriodAnchor, seats.ResetPeriod, seats.ValidUntil));
        Assert.Equal(new CachedUsage(4, 2, 3, 5), seats.Usage);
        Assert.Equal(("seat", "seats", true), (seats.Feature!.Units, seats.Feature.UnitsPlural, seats.Feature.IsMetered));
    }

    [Theory]
    [InlineData("CREDIT:gold", """{"id":"gold","displayName":"Gold"}""")]
    [InlineData("gold", """{"currencyId":"gold","displayName":"Gold"}""")]
    [InlineData("CREDIT:gold", """{"displayName":"Gold"}""")]
    public void A_credit_is_found_under_whatever_name_it_was_written(string name, string currency)
    {
        var customer = CustomerOf.Value($$$$$$"""{"{{{{{{name}}}}}}":{"calculatedEntitlement":{"currency":{{{{{{currency}}}}}},"usageLimit":5},"usageData":{"currentUsage":2}}}""");

        Assert.Equal(("Gold", 2.0), (customer.Credit("gold")!.Currency!.DisplayName, customer.Credit("gold")!.Usage.CurrentUsage));
        Assert.Null(customer.Feature("gold"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    public void What_is_no_object_is_a_miss(string value) => Assert.Null(EntitlementsValue.Read(Encoding.UTF8.GetBytes(value)));

    [Theory]
    [InlineData("""{"a":null,"b":1,"c":{},"d":{"calculatedEntitlement":{"feature":null}},"e":{"calculatedEntitlement":{"feature":{"id":5,"featureType":7},"usageLimit":"x","validUntil":"2020-01-01"}}}""")]
    public void Damaged_entries_never_throw(string value)
    {
        var only = Assert.Single(EntitlementsValue.Read(Encoding.UTF8.GetBytes(value))!);

        Assert.Equal(("e", null, null), (only.Id, only.UsageLimit, only.ValidUntil));
    }
}
