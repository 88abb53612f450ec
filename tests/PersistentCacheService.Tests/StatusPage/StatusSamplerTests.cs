using EntitlementCache.EdgeApi;
using EntitlementCache.Messages;
using EntitlementCache.Observability;
using EntitlementCache.Redis;
using PersistentCacheService.Observability;
using PersistentCacheService.Queue.Sqs;
using PersistentCacheService.StatusPage;
using TestKit;

namespace PersistentCacheService.Tests.StatusPage;

/// <summary>Totals become rates of the time that really passed.</summary>
public sealed class StatusSamplerTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private readonly StatusHistory _history = new();
    private readonly ServiceMetrics _service;
    private readonly EdgeMetrics _edge;
    private readonly RedisMetrics _redis;
    private readonly StatusSampler _sampler;

    public StatusSamplerTests()
    {
        var page = new MetricsPage();
        (_service, _edge, _redis) = (new ServiceMetrics(page), new EdgeMetrics(page), new RedisMetrics(page));
        _sampler = new StatusSampler(_history, _service, _edge, _redis, [], _time);
    }

    public async Task InitializeAsync()
    {
        await _sampler.StartAsync(CancellationToken.None);

        // It runs on a thread of its own: what is counted before its first reading is nothing new.
        await Eventually.HoldsAsync(() => _time.WaitingTimers > 0, "the sampler waits");
    }

    public async Task DisposeAsync()
    {
        await _sampler.StopAsync(CancellationToken.None);
        _sampler.Dispose();
    }

    [Fact]
    public async Task What_was_counted_in_an_interval_is_its_rate_and_nothing_is_counted_twice()
    {
        for (var i = 0; i < 30; i++)
        {
            _service.Handled(MessageType.EntitlementsUpdated, MessageOutcome.Written, TimeSpan.Zero);
        }

        _service.Handled(MessageType.None, MessageOutcome.Malformed, TimeSpan.Zero);
        _service.Handled(MessageType.UsageUpdated, MessageOutcome.Failed, TimeSpan.Zero);
        _service.WriteSucceeded(TimeSpan.FromMilliseconds(2));
        _service.WriteSucceeded(TimeSpan.FromMilliseconds(4));
        _service.ReceiveSucceeded(1);
        _service.ReceiveFailed(SqsErrorKind.Network);
        _edge.Called(EdgeResult.Ok, TimeSpan.Zero);
        _edge.Called(EdgeResult.NotFound, TimeSpan.Zero);
        _edge.Called(EdgeResult.Timeout, TimeSpan.Zero);
        _redis.Failed(RedisFailureKind.Timeout);
        _redis.Failed(RedisFailureKind.OutOfMemory);

        var first = await NextAsync(StatusHistory.Interval, 1);
        Assert.Equal((3, 0.2, 0.1), (first.Processed, first.Failed, first.QueueErrors));
        Assert.Equal((0.2, 0.1, 0.2), (first.EdgeAnswered, first.EdgeFailed, first.RedisErrors));
        Assert.Equal(3, first.WriteMilliseconds!.Value, 6);

        var second = await NextAsync(StatusHistory.Interval, 2);
        Assert.Equal((0, 0, 0, 0, 0, null), (second.Processed, second.Failed, second.QueueErrors, second.EdgeAnswered, second.RedisErrors, second.WriteMilliseconds));
    }

    private async Task<HistoryPoint> NextAsync(TimeSpan passed, int count)
    {
        await Eventually.HoldsAsync(() => _time.WaitingTimers > 0, "the sampler waits");
        _time.Advance(passed);
        await Eventually.HoldsAsync(() => _history.Read().Points.Count == count, "the interval is in the history");
        return _history.Read().Points[^1];
    }
}
