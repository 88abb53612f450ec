using System.Text;
using EntitlementCache.EdgeApi;
using EntitlementCache.Messages;
using EntitlementCache.Settings;
using PersistentCacheService.Observability;
using PersistentCacheService.Queue;
using PersistentCacheService.Tests.Queue;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Messages;

namespace PersistentCacheService.Tests.Refreshing;

public sealed class RefresherTests
{
    [SkippableFact]
    public async Task A_customer_that_is_not_cached_costs_no_call_under_UPDATE_IF_EXISTS()
    {
        await using var harness = await PipelineHarness.StartAsync(CacheUpdatePolicy.UpdateIfExists);
        var message = Assert.Single(await ReceiveAsync(harness, 1));
        var handled = await harness.Refresher.RefreshAsync(message, Refresh("customer-1"));
        Assert.Equal(MessageOutcome.SkippedAbsent, handled.Outcome);
        Assert.Empty(harness.Edge.Server.Calls);
        message.Done();
    }

    [SkippableFact]
    public async Task Of_a_message_of_many_customers_the_end_of_each_is_told()
    {
        await using var harness = await PipelineHarness.StartAsync(CacheUpdatePolicy.UpdateIfExists);
        harness.Edge.Server.Store("customer-1", null, StiggMessages.EdgeEntitlements(new EntitlementsMessage { CustomerId = "customer-1", Time = 5, Entitlements = [new FeatureEntitlement(new Feature("sso", "SSO", "BOOLEAN"))] }));
        await harness.Redis.CliAsync("MSET", "production:c_customer-1", "{}", "production:c_customer-1#timestamp", "1");
        var message = Assert.Single(await ReceiveAsync(harness, 1));
        var handled = await harness.Refresher.RefreshAsync(message, Refresh("customer-2", "customer-1"));

        Assert.Equal(MessageOutcome.Refreshed, handled.Outcome);
        Assert.Equal(
            [("customer-2", MessageOutcome.SkippedAbsent), ("customer-1", MessageOutcome.Refreshed)],
            handled.Each!.Select(static end => (end.Customer.CustomerIdText, end.Outcome)));
        message.Done();
    }

    [SkippableFact]
    public async Task Messages_that_ask_for_a_customer_while_a_call_is_under_way_share_the_next_one()
    {
        await using var harness = await PipelineHarness.StartAsync();
        var messages = await ReceiveAsync(harness, 3);
        harness.Edge.Server.Script(EdgeAnswer.Slow(TimeSpan.FromSeconds(2)));
        var first = harness.Refresher.RefreshAsync(messages[0], Refresh("customer-1")).AsTask();
        await Eventually.HoldsAsync(() => harness.Edge.Server.Calls.Count == 1, "the first call has left");
        var others = messages.Skip(1).Select(message => harness.Refresher.RefreshAsync(message, Refresh("customer-1")).AsTask()).ToArray();

        Assert.All(await Task.WhenAll([first, .. others]), static handled => Assert.NotEqual(MessageOutcome.Failed, handled.Outcome));
        Assert.Equal(2, harness.Edge.Server.Calls.Count);
        Assert.Equal((0, 0), (harness.Refresher.InFlight, harness.Queue.Permits.Aside));
    }

    [SkippableFact]
    public async Task A_message_of_many_customers_fails_as_a_whole_when_one_of_them_gets_no_answer()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Edge.Server.Store("customer-2", null, []);
        harness.Edge.Server.AnswerFor["customer-2"] = EdgeAnswer.Garbage;
        var message = Assert.Single(await ReceiveAsync(harness, 1));
        var handled = await harness.Refresher.RefreshAsync(message, Refresh("customer-1", "customer-2"));
        Assert.Equal((MessageOutcome.Failed, ReturnReason.EdgeApiUnavailable), (handled.Outcome, handled.Reason));
        Assert.Equal(nameof(EdgeResult.InvalidAnswer), handled.Cause);
        Assert.Equal(1, harness.Edge.Server.CallsFor("customer-1"));
    }

    [SkippableFact]
    public async Task When_as_many_wait_as_may_the_next_message_is_returned_at_once()
    {
        await using var harness = await PipelineHarness.StartAsync();
        var message = Assert.Single(await ReceiveAsync(harness, 1));
        var before = harness.Queue.Permits.Taken;
        while (harness.Queue.Permits.TrySetAside())
        {
            // Takes all places.
        }

        var handled = await harness.Refresher.RefreshAsync(message, Refresh("customer-1"));
        Assert.Equal((MessageOutcome.Failed, ReturnReason.EdgeApiBusy), (handled.Outcome, handled.Reason));
        Assert.Empty(harness.Edge.Server.Calls);
        Assert.Equal(before - harness.Queue.Permits.Aside, harness.Queue.Permits.Taken);
    }

    private static Task<IReadOnlyList<ReceivedMessage>> ReceiveAsync(PipelineHarness harness, int messages)
    {
        harness.Queue.Queue.Enqueue(Enumerable.Repeat(StiggMessages.EntitlementsWebhook("customer-1"), messages));
        return harness.Queue.ReceiveAsync();
    }

    private static Refresh Refresh(params string[] customers) => new(
        MessageType.EntitlementsUpdated, [.. customers.Select(static id => new CustomerIdentity(Encoding.UTF8.GetBytes(id), default))], unknownType: null);
}
