using System.Text.Json.Nodes;

namespace PersistentCacheService.IntegrationTests.Readers;

/// <summary>What the worker writes, Stigg's published readers read, without a call to the Edge API.</summary>
[Collection(ReadersCollection.Name)]
public sealed class CacheHitTests(ReadersFixture fixture)
{
    public static TheoryData<ReaderKind, string> ReadersOfLayouts => new()
    {
        { ReaderKind.Sdk395, "v2" },
        { ReaderKind.Sdk395, "dual" },
        { ReaderKind.Store, "v3" },
        { ReaderKind.Store, "dual" },
        { ReaderKind.Store, "v2" }, // It migrates old values as it reads them.
        { ReaderKind.Sdk443, "v3" },
        { ReaderKind.Sdk443, "dual" },
        { ReaderKind.Sdk443, "v2" },
        { ReaderKind.Sdk455, "v3" },
        { ReaderKind.Sdk455, "dual" },
        { ReaderKind.Sdk455, "v2" },
    };

    [SkippableTheory]
    [MemberData(nameof(ReadersOfLayouts))]
    public async Task Entitlements_of_every_kind_are_read_as_they_were_sent(ReaderKind kind, string layout)
    {
        var reader = await fixture.ReaderAsync(kind);
        var worker = await fixture.WorkerAsync(layout);
        var customer = fixture.NewCustomer();
        var offer = new Offer(1_000_000);
        await worker.HandleAsync(offer.Message(customer));

        var answer = await reader.ReadAsync(layout, customer);

        Assert.Equal(0, answer.EdgeCalls);
        Assert.Equal(offer.ReadBy(kind, credits: layout != "v2"), answer.Sorted);
    }

    [SkippableTheory]
    [MemberData(nameof(ReadersOfLayouts))]
    public async Task A_resources_entitlements_are_read_beside_those_of_its_customer(ReaderKind kind, string layout)
    {
        var reader = await fixture.ReaderAsync(kind);
        var worker = await fixture.WorkerAsync(layout);
        var customer = fixture.NewCustomer();
        var (global, resource) = (new Offer(1_000_000) { Usage = 1 }, new Offer(1_000_000) { Usage = 2 });
        await worker.HandleAsync(global.Message(customer), resource.Message(customer, "site-1"));

        var (ofCustomer, ofResource) = (await reader.ReadAsync(layout, customer), await reader.ReadAsync(layout, customer, "site-1"));

        Assert.Equal((0, 0), (ofCustomer.EdgeCalls, ofResource.EdgeCalls));
        Assert.Equal((1, 2), (ofCustomer[Offer.Calls].Usage, ofResource[Offer.Calls].Usage));
    }

    [SkippableTheory]
    [MemberData(nameof(ReadersOfLayouts))]
    public async Task A_new_usage_is_read_and_an_older_one_is_not(ReaderKind kind, string layout)
    {
        var reader = await fixture.ReaderAsync(kind);
        var worker = await fixture.WorkerAsync(layout);
        var customer = fixture.NewCustomer();
        await worker.HandleAsync(new Offer(1_000_000).Message(customer));
        await worker.HandleAsync(new Offer(1_000_500) { Usage = 50 }.UsageMessage(customer));
        await worker.HandleAsync(new Offer(1_000_400) { Usage = 49 }.UsageMessage(customer));

        var answer = await reader.ReadAsync(layout, customer);

        Assert.Equal(0, answer.EdgeCalls);
        Assert.Equal(50, answer[Offer.Calls].Usage);
    }

    [SkippableTheory]
    [InlineData("v2")]
    [InlineData("dual")]
    public async Task The_sdk_answers_from_our_value_what_it_answers_from_its_own(string layout)
    {
        var sdk = await fixture.ReaderAsync(ReaderKind.Sdk395);
        var worker = await fixture.WorkerAsync(layout);
        var (ours, its) = (fixture.NewCustomer(), fixture.NewCustomer());
        var offer = new Offer(1_000_000);
        await worker.HandleAsync(offer.Message(ours));
        await sdk.StoreAsync(layout, its, null, offer.Entitlements(credits: false));
        Assert.Equal(1, (await sdk.ReadAsync(layout, its)).EdgeCalls);

        var (fromOurs, fromIts) = (await sdk.ReadAsync(layout, ours), await sdk.ReadAsync(layout, its));

        Assert.Equal((0, 0), (fromOurs.EdgeCalls, fromIts.EdgeCalls));
        Assert.Equal(Comparable(fromIts.Answer), Comparable(fromOurs.Answer));
    }

    [SkippableTheory]
    [InlineData(ReaderKind.Store, "v3")]
    [InlineData(ReaderKind.Store, "dual")]
    [InlineData(ReaderKind.Sdk443, "v3")]
    [InlineData(ReaderKind.Sdk443, "v2")]
    [InlineData(ReaderKind.Sdk455, "v3")]
    [InlineData(ReaderKind.Sdk455, "v2")]
    public async Task A_denied_customer_without_entitlements_is_a_hit_that_carries_the_reason(ReaderKind kind, string layout)
    {
        var reader = await fixture.ReaderAsync(kind);
        var worker = await fixture.WorkerAsync(layout);
        var customer = fixture.NewCustomer();
        await worker.HandleAsync($$"""{"type":"entitlementsUpdatedV2","customerId":"{{customer}}","accessDeniedReason":"NoActiveSubscription","entitlements":[]}""");

        var answer = await reader.ReadAsync(layout, customer);

        Assert.Equal((0, "NoActiveSubscription"), (answer.EdgeCalls, answer.AccessDeniedReason));
        Assert.Empty(answer.Entitlements);
    }

    /// <summary>The SDK's answer in the order of the features' ids, without what layout v3 adds to a feature, and without the nameless entry of the credit, which the SDK itself cannot have written (DualLayoutTests).</summary>
    private static string Comparable(JsonNode answer)
    {
        var entitlements = answer.AsArray().Select(static entitlement => entitlement!.DeepClone().AsObject()).Where(static entitlement => entitlement["feature"] is not null).ToArray();
        foreach (var feature in entitlements.Select(static entitlement => entitlement["feature"]!.AsObject()))
        {
            feature.Remove("displayName");
        }

        return string.Join('\n', entitlements.Select(Canonical).Order(StringComparer.Ordinal));
    }

    private static string Canonical(JsonNode? node) => node switch
    {
        JsonObject members => $"{{{string.Join(',', members.OrderBy(static member => member.Key, StringComparer.Ordinal).Select(static member => $"{member.Key}:{Canonical(member.Value)}"))}}}",
        null => "null",
        _ => node.ToJsonString(),
    };
}
