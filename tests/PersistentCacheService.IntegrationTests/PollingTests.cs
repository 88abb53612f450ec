using System.Diagnostics;
using System.Net;
using LocalSqs;
using TestKit;
using TestKit.Messages;

namespace PersistentCacheService.IntegrationTests;

/// <summary>How many consumers ask the queue: one while it is empty, all in a burst. The probe speaks of all of them at any time.</summary>
public sealed class PollingTests : IAsyncLifetime
{
    private const string Polling = "persistent_cache_consumers_polling";
    private const string Ready = """{"status":"UP","consumers":10,"redis":"CONNECTED",""";

    private RedisServer _redis = null!;
    private LocalSqsServer _sqs = null!;
    private LocalQueue _queue = null!;

    public async Task InitializeAsync()
    {
        if (!Prerequisite.RedisServer.IsPresent && !Prerequisite.IsContinuousIntegration)
        {
            return;
        }

        _redis = await RedisServer.StartAsync();
        _sqs = await LocalSqsServer.StartAsync();
        _queue = _sqs.CreateQueue("q");
    }

    public async Task DisposeAsync()
    {
        if (_redis is not null)
        {
            await _sqs.DisposeAsync();
            await _redis.DisposeAsync();
        }
    }

    [SkippableTheory]
    [InlineData("1", "10", 3_800)]
    [InlineData("0", "10", 1_400)]
    [InlineData("0", "1", 1_400)]
    public async Task An_empty_queue_is_asked_by_one_consumer_after_each_long_poll_and_never_without_a_pause(string waitTime, string batchSize, int leastMilliseconds)
    {
        await using var worker = await StartAsync(waitTime, batchSize);
        var watch = Stopwatch.StartNew();
        _queue.ResetFigures();
        await worker.WaitAsync(() => Task.FromResult(_queue.Figures.Receives >= 5), "five calls came back");

        // The first of them was under way already. Then come four long polls of 1 s; or, from the begin of the second call to that of the fifth, three times the
        // 0.5 s of a call that does not wait with its pause. A little less is allowed, for timers' early ends. Ten consumers, or one without a pause, would have
        // made five in a fraction of this; a busy machine only takes longer.
        Assert.True(watch.ElapsedMilliseconds > leastMilliseconds, $"Five calls within {watch.Elapsed.TotalSeconds:0.00} s.");
        Assert.Equal(1, await worker.MetricAsync(Polling));
        await SaysTenAsync(worker);
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableTheory]
    [InlineData("10")]
    [InlineData("1")]
    public async Task A_burst_is_met_by_all_consumers_and_afterwards_one_stays(string batchSize)
    {
        await using var worker = await StartAsync(waitTime: "3", batchSize);
        Assert.Equal(1, await worker.MetricAsync(Polling));
        _queue.Enqueue(new MessageGenerator { Customers = 50 }.Generate(2_000, prime: true).Select(static message => message.Body()));

        // The last polls of the burst are open for 3 s: time to see them.
        await worker.WaitAsync(async () => await worker.MetricAsync(Polling) == 10, "all ten ask");
        await SaysTenAsync(worker);
        await worker.WaitAsync(() => Task.FromResult(_queue.Counts.Total == 0), "the queue is empty");
        await worker.WaitAsync(async () => await worker.MetricAsync(Polling) == 1, "one keeps watch");
        await SaysTenAsync(worker);

        _queue.Enqueue(new MessageGenerator { Customers = 1 }.Generate(1, prime: true).Select(static message => message.Body()));
        await worker.WaitAsync(() => Task.FromResult(_queue.Counts.Total == 0), "a message is taken by the one that stayed");
        Assert.Equal(0, await worker.TerminateAsync());
    }

    private static async Task SaysTenAsync(WorkerProcess worker)
    {
        var (status, body) = await worker.GetAsync("/readyz") ?? throw new InvalidOperationException("No answer from /readyz.");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.StartsWith(Ready, body, StringComparison.Ordinal);
    }

    private async Task<WorkerProcess> StartAsync(string waitTime, string batchSize)
    {
        Prerequisite.RedisServer.Demand();
        var worker = await WorkerProcess.StartAsync(
            WorkerEnvironment.For(_queue.Url, _redis).With(("WAIT_TIME_IN_SECS", waitTime), ("BATCH_SIZE", batchSize), ("CONSUMERS", "10")));
        await worker.WaitUntilReadyAsync();
        await worker.WaitAsync(() => Task.FromResult(_queue.Figures.Receives > 0 || waitTime != "0"), "it asks");
        return worker;
    }
}
