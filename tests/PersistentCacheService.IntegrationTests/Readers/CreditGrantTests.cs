using System.Text.Json.Nodes;
using TestKit.EdgeApi;

namespace PersistentCacheService.IntegrationTests.Readers;

/// <summary>A credit is granted, consumed, and granted again: no reader denies access while some of it is left.</summary>
[Collection(ReadersCollection.Name)]
public sealed class CreditGrantTests(ReadersFixture fixture)
{
    [SkippableTheory]
    [InlineData("v3")]
    [InlineData("dual")]
    public async Task More_consumed_than_the_first_grant_held_is_no_denial_after_a_second_grant(string layout)
    {
        ReaderProcess[] readers = [await fixture.ReaderAsync(ReaderKind.Store), await fixture.ReaderAsync(ReaderKind.Sdk443), await fixture.ReaderAsync(ReaderKind.Sdk455)];
        await using var edge = await FakeEdgeApi.StartAsync();
        var prefix = $"grants-{layout}";
        await using var worker = await FedWorker.StartAsync(fixture.Sqs, fixture.Redis, layout, prefix, edge);
        var customer = fixture.NewCustomer();

        var granted = new Offer(1_000_000) { Granted = 5000, Consumed = 1200 };
        await worker.HandleAsync(granted.Message(customer));
        await AllReadAsync(granted, "granted");

        var consumed = granted with { Time = 1_000_100, Consumed = 4900 };
        await worker.HandleAsync(consumed.CreditUsageMessage(customer));
        await AllReadAsync(consumed, "consumed");

        // As usage alone this would say: 6000 of 5000 consumed, no access.
        var grantedMore = new Offer(1_000_200) { Granted = 10_000, Consumed = 6000 };
        edge.Store(customer, null, grantedMore.Entitlements());
        await worker.HandleAsync(grantedMore.CreditBalanceMessage(customer));
        Assert.Equal(1, edge.CallsFor(customer));
        await AllReadAsync(grantedMore, "granted more");

        async Task AllReadAsync(Offer now, string step)
        {
            foreach (var reader in readers)
            {
                var answer = await reader.ReadAsync(prefix, customer);
                Assert.True(now.ReadBy(reader.Kind, credits: true).SequenceEqual(answer.Sorted), $"{step}: {reader.Kind} read\n{string.Join('\n', answer.Sorted)}");
                Assert.Equal(0, answer.EdgeCalls);
                if (reader.Kind != ReaderKind.Store)
                {
                    var question = new JsonObject { ["customerId"] = customer, ["currencyId"] = Offer.CreditId };
                    var (access, _) = await reader.AskAsync(prefix, customer, "getCreditEntitlement", question);
                    Assert.True((bool)access["hasAccess"]!, $"{step}: {reader.Kind} denied: {access}");
                }
            }
        }
    }
}
