using System.Text;
using Google.Protobuf;
using Sidecar.Decisions;
using Sidecar.Model;
using Sidecar.Reading;
using Sidecar.Service;
using Stigg.Sidecar.V1;

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
    [InlineData("""{"a":null,"b":1,"c":{},"d":{"calculatedEntitlement":{"feature":null}},"e":{"calculatedEntitlement":{"feature":{"id":5,"featureType":7},"usageLimit":"x","validUntil":"2020-01-01"}}}""", "e")]
    [InlineData("""{"e":{"calculatedEntitlement":{"\ud83d":1,"feature":{"\ude00x":2,"units":"\ud83d","enumValues":["\ud83d"]}},"usageData":{"\ud83d":1}}}""", "e")]
    [InlineData("""{"\ud83d":{"calculatedEntitlement":{"feature":{"featureType":"ENUM"},"enumValues":["\ud83dx","\ud83d\ud83d\ude00"],"accessDeniedReason":""}}}""", "\uFFFD")]
    [InlineData("""{"e":{"calculatedEntitlement":{"currency":{"id":"e","additionalMetaData":{"big":1e400}}}}}""", "e")]
    [InlineData("""{"e":{"calculatedEntitlement":{"currency":{"id":"e","displayName":"\ud83d","additionalMetaData":{"text":"\ud83d"}}}}}""", "e")]
    public void Damaged_entries_never_throw(string value, string id)
    {
        var only = Assert.Single(EntitlementsValue.Read(Encoding.UTF8.GetBytes(value))!);

        Assert.Equal((id, null, null), (only.Id, only.UsageLimit, only.ValidUntil));
    }

    [Fact]
    public void Texts_that_cannot_be_UTF_8_have_replacement_characters()
    {
        var value = """{"e":{"calculatedEntitlement":{"feature":{"id":"e","units":"\ud83d!"},"enumValues":["a?b"]}}}"""u8.ToArray();
        value[Array.IndexOf(value, (byte)'?')] = 0xFF;

        var only = Assert.Single(EntitlementsValue.Read(value)!);

        Assert.Equal(("\uFFFD!", "a\uFFFDb"), (only.Feature!.Units, Assert.Single(only.EnumValues)));
    }

    [Fact]
    public void Metadata_that_can_be_read_is_there()
    {
        var customer = CustomerOf.Value("""{"CREDIT:gold":{"calculatedEntitlement":{"currency":{"id":"gold","additionalMetaData":{"a":[1,"\u00e9"]}}}}}""");

        Assert.Equal("\u00e9", customer.Credit("gold")!.Currency!.AdditionalMetaData.Fields["a"].ListValue.Values[1].StringValue);
    }

    [Fact]
    public void Metadata_without_a_name_hides_no_other()
    {
        var customer = CustomerOf.Value("""{"CREDIT:gold":{"calculatedEntitlement":{"currency":{"id":"gold","additionalMetaData":{"":1,"a":[{"":2,"b":{"":3,"c":4}}]}}}}}""");

        Assert.Equal("""{ "a": [ { "b": { "c": 4 } } ] }""", JsonFormatter.Default.Format(customer.Credit("gold")!.Currency!.AdditionalMetaData));
    }

    /// <summary>Bytes of a value changed at random: whatever that makes of it, it is read, decided, and answered over gRPC and as JSON.</summary>
    [Fact]
    public void No_damage_makes_reading_or_answering_throw()
    {
        var random = new Random(11);
        string[] pieces = ["\\ud83d", "\"", "{", "}", "[", ",", "1e999", "\u00ff", "null", "-", "\\", ":", "253402300799999", "253402300800000", "-62135596800000", "9", "0"];
        byte[] whole = Encoding.UTF8.GetBytes(
            """{"s":{"calculatedEntitlement":{"feature":{"id":"s","featureType":"NUMBER","meterType":"Incremental","units":"u"},"usageLimit":10,"resetPeriod":"MONTH","usagePeriodAnchor":7,"validUntil":1778803200000},"usageData":{"currentUsage":4,"usagePeriodEnd":3}},"CREDIT:g":{"calculatedEntitlement":{"type":"CREDIT","currency":{"id":"g","additionalMetaData":{"a":{"b":[1,2.5,"c",null,true]}}}}}}""");
        for (var round = 0; round < 20_000; round++)
        {
            var damaged = new List<byte>(whole);
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                var at = random.Next(damaged.Count);
                damaged.RemoveRange(at, Math.Min(random.Next(4), damaged.Count - at));
                damaged.InsertRange(at, random.Next(3) == 0 ? [(byte)random.Next(256)] : Encoding.Latin1.GetBytes(pieces[random.Next(pieces.Length)]));
            }

            byte[] bytes = [.. damaged];
            var failure = Record.Exception(() => Answer(EntitlementsValue.Read(bytes), UsageValue.Read(bytes, 1), UsageValue.ReadReason(bytes)));
            Assert.True(failure is null, $"{Encoding.Latin1.GetString(bytes)}: {failure}");
        }
    }

    private static void Answer(IReadOnlyList<CachedEntitlement>? entitlements, CachedUsage? usage, string? reason)
    {
        var customer = new CachedCustomer(Exists: true, entitlements ?? [], reason);
        foreach (var one in customer.Entitlements)
        {
            var question = new Question { Customer = customer, Id = one.Id, Now = 1_777_629_600_000, Fallback = Fallback.Denied };
            foreach (var decision in (Decision[])[DecisionRules.Decide(question, one), DecisionRules.Decide(question, one with { Usage = usage ?? one.Usage })])
            {
                foreach (var answer in (IMessage?[])[Responses.V2(decision), Responses.Listed(decision)])
                {
                    answer?.ToByteArray();
                    JsonFormatter.Default.Format(answer ?? new Entitlement());
                }
            }
        }
    }
}
