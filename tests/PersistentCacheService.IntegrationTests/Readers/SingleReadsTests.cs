using System.Text.Json.Nodes;

namespace PersistentCacheService.IntegrationTests.Readers;

/// <summary>Questions about one entitlement, as applications ask them: answered from what the worker wrote, without a call to the Edge API, and rightly.</summary>
[Collection(ReadersCollection.Name)]
public sealed class SingleReadsTests(ReadersFixture fixture)
{
    private static readonly (string Method, string Subject, string Options, string Expected)[] Reads =
    [
        ("getBooleanEntitlement", "feature-sso", "{}", """{"hasAccess":true,"isFallback":false}"""),
        ("getBooleanEntitlement", "feature-revoked", "{}", """{"hasAccess":false,"isFallback":false,"accessDeniedReason":"Revoked"}"""),
        ("getBooleanEntitlement", "feature-unheard-of", "{}", """{"hasAccess":false,"accessDeniedReason":"NoFeatureEntitlementInSubscription"}"""),
        ("getNumericEntitlement", "feature-seats", "{}", """{"hasAccess":true,"isFallback":false,"value":25,"isUnlimited":false}"""),
        ("getEnumEntitlement", "feature-regions", """{"requestedValues":["eu"]}""", """{"hasAccess":true,"enumValues":["eu","us"]}"""),
        ("getEnumEntitlement", "feature-regions", """{"requestedValues":["asia"]}""", """{"hasAccess":false,"accessDeniedReason":"RequestedValuesMismatch"}"""),
        ("getMeteredEntitlement", Offer.Calls, """{"requestedUsage":958}""", """{"hasAccess":true,"isFallback":false,"currentUsage":42,"usageLimit":1000,"resetPeriod":"MONTH","usagePeriodEnd":"2099-02-01T00:00:00.000Z"}"""),
        ("getMeteredEntitlement", Offer.Calls, """{"requestedUsage":959}""", """{"hasAccess":false,"accessDeniedReason":"RequestedUsageExceedingLimit"}"""),
        ("getMeteredEntitlement", "feature-storage", "{}", """{"hasAccess":true,"hasSoftLimit":true,"currentUsage":12.25,"usageLimit":10.5}"""),
        ("getMeteredEntitlement", "feature-events", "{}", """{"hasAccess":true,"isUnlimited":true,"currentUsage":7}"""),
        ("getMeteredEntitlement", "feature-tokens", "{}", """{"hasAccess":true,"currentUsage":3,"usageLimit":100}"""), // It is paid with the credit.
        ("getEntitlement", Offer.Calls, """{"requestedUsage":1}""", """{"hasAccess":true,"type":"METERED","currentUsage":42}"""),
        ("getEntitlement", "feature-sso", "{}", """{"hasAccess":true,"type":"BOOLEAN"}"""),
    ];

    private static readonly (string Method, string Subject, string Options, string Expected)[] CreditReads =
    [
        ("getCreditEntitlement", "credit-ai", "{}", """{"hasAccess":true,"isFallback":false,"usageLimit":500,"currentUsage":120,"hasSoftLimit":false,"usagePeriodEnd":"2099-02-01T00:00:00.000Z"}"""),
        ("getEntitlementV2", "credit-ai", "{}", """{"hasAccess":true,"usageLimit":500,"currentUsage":120}"""),
        ("getCreditEntitlement", "credit-unheard-of", "{}", """{"hasAccess":false}"""),
    ];

    /// <summary>Every SDK in every layout it reads.</summary>
    public static TheoryData<ReaderKind, string> SdksOfLayouts => new()
    {
        { ReaderKind.Sdk395, "v2" },
        { ReaderKind.Sdk395, "dual" },
        { ReaderKind.Sdk443, "v3" },
        { ReaderKind.Sdk443, "dual" },
        { ReaderKind.Sdk443, "v2" },
        { ReaderKind.Sdk455, "v3" },
        { ReaderKind.Sdk455, "dual" },
        { ReaderKind.Sdk455, "v2" },
    };

    [SkippableTheory]
    [MemberData(nameof(SdksOfLayouts))]
    public async Task Every_kind_of_entitlement_is_answered_from_the_cache(ReaderKind kind, string layout)
    {
        var sdk = await fixture.ReaderAsync(kind);
        var worker = await fixture.WorkerAsync(layout);
        var customer = fixture.NewCustomer();
        await worker.HandleAsync(new Offer(1_000_000).Message(customer), new Offer(1_000_000).Message(customer, "site|1@x.y"));

        var reads = kind == ReaderKind.Sdk395 || layout == "v2" ? Reads : [.. Reads, .. CreditReads];
        var wrong = new List<string>();
        foreach (var (method, subject, options, expected) in reads)
        {
            foreach (var resource in (string?[])[null, "site|1@x.y"])
            {
                var question = new JsonObject
                {
                    ["customerId"] = customer,
                    ["resourceId"] = resource,
                    [subject.StartsWith("credit", StringComparison.Ordinal) ? "currencyId" : "featureId"] = subject,
                    ["options"] = JsonNode.Parse(options),
                };
                var (answer, edgeCalls) = await sdk.AskAsync(layout, customer, method, question);
                if (edgeCalls != 0 || !Holds(answer, expected))
                {
                    wrong.Add($"{method} of {subject} {options}: {edgeCalls} Edge calls, {answer.ToJsonString()}, not {expected}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    private static bool Holds(JsonNode answer, string expected) =>
        JsonNode.Parse(expected)!.AsObject().All(member => JsonNode.DeepEquals(member.Value, answer[member.Key]));
}
