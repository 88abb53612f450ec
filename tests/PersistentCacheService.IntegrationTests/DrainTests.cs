using System.Diagnostics;
using System.Globalization;
using TestKit;
using TestKit.Invariants;
using TestKit.Messages;
using TestKit.Processes;

namespace PersistentCacheService.IntegrationTests;

/// <summary>The backlog of a bad night: 70 % usage, 30 % entitlements with 10 features, 500 customers, out of order, 5 % of it twice.</summary>
[Collection(LongTestsFirst.Prefix + "drain")]
public sealed class DrainTests
{
    private const int Messages = 50_000;
    private const int Customers = 500;

    // Ninety messages a second: a free machine needs seconds, a busy one is given the time.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    [SkippableFact]
    public async Task Fifty_thousand_mixed_messages_of_LocalSqs_end_in_the_newest_state_of_every_key()
    {
        Prerequisite.RedisServer.Demand();
        await using var queue = await DrainQueue.LocalSqsAsync();
        await DrainAsync(queue, isKilled: false);
    }

    [SkippableFact]
    public async Task Fifty_thousand_mixed_messages_of_fauxqs_end_in_the_newest_state_of_every_key()
    {
        Prerequisite.RedisServer.Demand();
        await using var queue = await DrainQueue.FauxqsAsync();
        await DrainAsync(queue, isKilled: false);
    }

    [SkippableFact]
    public async Task SIGTERM_during_the_drain_ends_with_exit_code_0_and_a_second_run_finishes_it()
    {
        Prerequisite.RedisServer.Demand();
        await using var queue = await DrainQueue.LocalSqsAsync();
        await DrainAsync(queue, isKilled: true);
    }

    private static async Task DrainAsync(DrainQueue queue, bool isKilled)
    {
        await using var redis = await RedisServer.StartAsync();
        var environment = WorkerEnvironment.For(queue.Url, redis);
        var messages = new MessageGenerator { Customers = Customers }.Generate(Messages, prime: true).ToArray();
        await PrimeAsync(queue, environment, messages[..Customers]);

        var deliveries = Delivery.Shuffle(messages[Customers..], seed: 7, duplicates: 0.05);
        await queue.FillAsync(deliveries.Select(static message => message.Body()));
        if (isKilled)
        {
            await StopInTheMiddleAsync(queue, environment, deliveries.Count);
        }

        await FinishAsync(queue, environment, isKilled ? "after a stop" : "in one run");

        using var reader = await RedisReader.ConnectAsync(redis.Host, redis.Port);
        await InvariantChecker.HoldsAsync(reader, messages);
        var newest = new ExpectedCache(messages).Newest;
        var stored = await reader.ReadAllAsync();
        Assert.All(newest, key => Assert.Equal(key.Value.ToString(CultureInfo.InvariantCulture), stored[key.Key + "#timestamp"].Value));
    }

    /// <summary>Usage of a customer that is not cached is skipped, so every customer comes first.</summary>
    private static async Task PrimeAsync(DrainQueue queue, Dictionary<string, string?> environment, StiggMessage[] first)
    {
        await queue.FillAsync(first.Select(static message => message.Body()));
        await using var worker = await WorkerProcess.StartAsync(environment);
        await worker.WaitAsync(async () => await queue.CountAsync() == 0, "every customer is cached");
        Assert.Equal(0, await worker.TerminateAsync());
    }

    private static async Task StopInTheMiddleAsync(DrainQueue queue, Dictionary<string, string?> environment, int filled)
    {
        await using var worker = await WorkerProcess.StartAsync(environment);
        await worker.WaitAsync(async () => await queue.CountAsync() is var left && left < filled * 0.8 && left > 0, "a fifth is processed");
        worker.Send(Signal.Terminate);

        Assert.Equal(0, await worker.WaitForExitAsync());
        var left = await queue.CountAsync();
        Assert.InRange(left, 1, filled - 1);
        var stopped = await worker.WaitForEventAsync(1005);
        Assert.True((bool)stopped["finished"]!, worker.Printed);
        Assert.Equal(0, (int)stopped["left"]!);
    }

    private static async Task FinishAsync(DrainQueue queue, Dictionary<string, string?> environment, string how)
    {
        var left = await queue.CountAsync();
        await using var worker = await WorkerProcess.StartAsync(environment);
        await worker.WaitUntilReadyAsync();
        var watch = Stopwatch.StartNew();
        await worker.WaitAsync(async () => await queue.CountAsync() == 0, "the queue is empty", Deadline);
        var seconds = watch.Elapsed.TotalSeconds;
        var memory = await worker.PeakMemoryAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"drained {left} messages {how}: {left / seconds:0}/s, peak {memory / 1048576.0:0} MB"));
        Assert.Equal(left, await worker.MetricAsync("persistent_cache_messages_processed_total"));
        Assert.Equal(0, await worker.MetricAsync("persistent_cache_write_errors_total"));
        Assert.Equal(0, await worker.TerminateAsync());
    }
}
