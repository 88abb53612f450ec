using System.Text.Json.Nodes;

namespace PersistentCacheService.IntegrationTests.Readers;

/// <summary>The two limits of layout dual (docs/migration.md), as the published SDKs show them.</summary>
[Collection(ReadersCollection.Name)]
public sealed class DualLayoutTests(ReadersFixture fixture)
{
    [SkippableFact]
    public async Task Sdk_3_lists_a_nameless_boolean_without_access_for_a_credit()
    {
        var sdk = await fixture.ReaderAsync(ReaderKind.Sdk395);
        var worker = await fixture.WorkerAsync("dual");
        var customer = fixture.NewCustomer();
        await worker.HandleAsync(new Offer(1_000_000).Message(customer));

        var (answer, edgeCalls) = await sdk.AskAsync("dual", customer, "getEntitlements", customer);

        Assert.Equal(0, edgeCalls);
        var nameless = Assert.Single(answer.AsArray(), static entitlement => entitlement!["feature"] is null)!;
        Assert.Equal("""{"type":"BOOLEAN","hasAccess":false}""", new JsonObject { ["type"] = nameless["type"]!.DeepClone(), ["hasAccess"] = nameless["hasAccess"]!.DeepClone() }.ToJsonString());
    }

    [SkippableTheory]
    [InlineData(ReaderKind.Sdk443)]
    [InlineData(ReaderKind.Sdk455)]
    public async Task After_a_miss_of_sdk_3_sdk_4_sees_no_credits_until_the_next_message(ReaderKind kind)
    {
        var (old, young) = (await fixture.ReaderAsync(ReaderKind.Sdk395), await fixture.ReaderAsync(kind));
        var worker = await fixture.WorkerAsync("dual");
        var customer = fixture.NewCustomer();
        await worker.HandleAsync(new Offer(1_000_000).Message(customer));
        Assert.True(await HasCreditAccessAsync(young, customer));

        await old.StoreAsync("dual", customer, null, new Offer(1_000_100).Entitlements(credits: false));
        await fixture.Keys.ExecuteAsync("DEL", $"dual:c_{customer}:f_{Offer.Calls}");
        Assert.Equal(1, (await old.ReadAsync("dual", customer)).EdgeCalls);
        Assert.False(await HasCreditAccessAsync(young, customer));

        await worker.HandleAsync(new Offer(1_000_200).Message(customer));
        Assert.True(await HasCreditAccessAsync(young, customer));
    }

    private static async Task<bool> HasCreditAccessAsync(ReaderProcess sdk, string customer)
    {
        var (answer, edgeCalls) = await sdk.AskAsync("dual", customer, "getCreditEntitlement", new JsonObject { ["customerId"] = customer, ["currencyId"] = Offer.CreditId });
        Assert.Equal(0, edgeCalls);
        return (bool)answer["hasAccess"]!;
    }
}
