using LocalSqs;
using LocalSqs.Faults;
using PersistentCacheService.FaultTests.World;
using TestKit.Messages;

namespace PersistentCacheService.FaultTests.QueueFaults;

/// <summary>Two queues in one worker: whatever becomes of the second, the first goes on as if it were alone.</summary>
public sealed class SecondQueueTests : IAsyncLifetime
{
    private const int Backlog = 5_000;

    private LocalSqsServer? _server;

    private LocalQueue Second => _server!.Queue("bulk");

    public async Task InitializeAsync()
    {
        _server = await LocalSqsServer.StartAsync();
        _server.CreateQueue("bulk");
    }

    public async Task DisposeAsync() => await _server!.DisposeAsync();

    [SkippableFact]
    public Task A_second_queue_has_a_backlog_that_never_ends() => RunAsync(
        new Fault("SQS", "Of two queues the second has a backlog that never ends", "5,000 purges and more wait in the second queue all the time, 200 messages/s come to the first")
        {
            Begin = world => world.RepeatAsync(TimeSpan.FromMilliseconds(50), FaultLength.Outage, TopUpAsync),
            Lasts = TimeSpan.Zero,
            Meanwhile = world =>
            {
                Assert.True(Second.Counts.Total > 0, "the backlog of the second queue is gone");
                return FirstQueueContinuesAsync(world);
            },
            End = static _ => Task.CompletedTask,
            Readyz = Expectation.Up,
            Metric = """persistent_cache_queue_lag_seconds{queue="updates"}""",
        });

    [SkippableFact]
    public Task A_second_queue_refuses_the_credentials() => RunAsync(Unusable("Of two queues the second refuses the credentials", SqsFaultKind.AccessDenied));

    [SkippableFact]
    public Task A_second_queue_never_answers() => RunAsync(Unusable("Of two queues the second takes calls and never answers", SqsFaultKind.Hang));

    private Fault Unusable(string title, SqsFaultKind kind) => new("SQS", title, $"`{kind}` for every call to the second queue, 200 messages/s come to the first")
    {
        Begin = _ =>
        {
            _server!.Faults.Inject(kind);
            return Task.CompletedTask;
        },
        Meanwhile = FirstQueueContinuesAsync,
        End = _ =>
        {
            _server!.Faults.Clear();
            return Task.CompletedTask;
        },
        Readyz = Expectation.Up,
        Metric = """persistent_cache_queue_lag_seconds{queue="updates"}""",
    };

    private Task RunAsync(Fault fault, [System.Runtime.CompilerServices.CallerMemberName] string test = "") =>
        Outage.RunAsync(fault, new WorldOptions { SecondQueueUrl = Second.Url }, test);

    private static Task FirstQueueContinuesAsync(FaultWorld world)
    {
        var goal = world.Queue.Figures.Deleted + 100;
        return world.Worker.WaitAsync(() => Task.FromResult(world.Queue.Figures.Deleted >= goal), "messages of the first queue are processed");
    }

    private Task TopUpAsync()
    {
        Second.Enqueue(Enumerable.Range(0, Math.Max(0, Backlog * 2 - Second.Counts.Total)).Select(static number => StiggMessages.Purge(($"bulk-{number}", null))));
        return Task.CompletedTask;
    }
}
