using TestKit;
using TestKit.Messages;

namespace PersistentCacheService.Tests.Queue;

/// <summary>What the pipeline remembers of the customers that messages name.</summary>
public sealed class SeenInPipelineTests
{
    [SkippableFact]
    public async Task Cached_customers_are_remembered_and_purged_ones_are_forgotten()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Queue.Queue.Enqueue(PipelineHarness.Body("customer-1"), PipelineHarness.Body("customer-2"));
        await harness.Receiver.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => harness.Seen.Count == 2, "both are remembered");

        harness.Queue.Queue.Enqueue(StiggMessages.Purge(("customer-1", null)));

        await Eventually.HoldsAsync(() => harness.Seen.Count == 1, "the purged one is forgotten");
        Assert.Equal("customer-2", Assert.Single(harness.Seen.Named(within: null)).CustomerIdText);
    }
}
