using System.Runtime.CompilerServices;
using LocalSqs;
using LocalSqs.Faults;
using LocalSqs.Protocol;
using PersistentCacheService.FaultTests.World;
using PersistentCacheService.IntegrationTests;

namespace PersistentCacheService.FaultTests.QueueFaults;

/// <summary>Every call to the queue is answered with an error.</summary>
[Collection(LongTestsFirst.Prefix + "errors of the queue")]
public sealed class QueueErrorTests
{
    // Pauses grow from 0.2 s to 20 s: a loop that spins would make thousands of calls.
    private const int FailedCallsPerConsumer = 25;
    private const int Consumers = 4;

    [SkippableFact]
    public Task The_queue_throttles() => RunAsync("SQS throttles every call", SqsFaultKind.Throttle, "throttled");

    [SkippableFact]
    public Task The_queue_fails() => RunAsync("SQS fails every call", SqsFaultKind.InternalError, "unavailable");

    [SkippableFact]
    public Task The_queue_is_unavailable() => RunAsync("SQS is unavailable", SqsFaultKind.ServiceUnavailable, "unavailable");

    [SkippableFact]
    public Task Too_many_messages_are_in_flight() => RunAsync("120,000 messages are in flight (`OverLimit`)", SqsFaultKind.OverLimit, "over_limit", SqsOperation.ReceiveMessage);

    [SkippableFact]
    public Task Credentials_are_expired_for_a_while() => RunAsync(
        "The credentials have expired", SqsFaultKind.ExpiredCredentials, "expired_credentials", readyz: Expectation.Down);

    [SkippableFact]
    public Task Access_is_denied_for_a_while() => RunAsync("Access to the queue is denied", SqsFaultKind.AccessDenied, "access_denied", readyz: Expectation.Down);

    [SkippableFact]
    public Task The_clocks_differ_by_twenty_minutes() => Outage.RunAsync(
        new Fault("SQS", "The clocks differ by 20 minutes", "SQS's clock 20 minutes ahead, then 20 minutes behind; signatures are checked")
        {
            Begin = static async world =>
            {
                world.Sqs.Faults.ClockOffset = TimeSpan.FromMinutes(20);
                await Task.Delay(FaultLength.Outage, TimeProvider.System, CancellationToken.None);
                world.Sqs.Faults.ClockOffset = TimeSpan.FromMinutes(-20);
            },
            End = static world =>
            {
                world.Sqs.Faults.ClockOffset = TimeSpan.Zero;
                return Task.CompletedTask;
            },
            // The first call that is refused tells the right time; the next is signed with it.
            Readyz = Expectation.Either,
        },
        new WorldOptions { Sqs = new LocalSqsOptions { AccessKey = "AKIDTEST" } });

    [SkippableFact]
    public Task The_queue_is_deleted_and_created_again() => Outage.RunAsync(new Fault("SQS", "The queue is deleted and created again", "`DeleteQueue` with messages in flight, later `CreateQueue`")
    {
        Begin = static async world =>
        {
            // Who sends to a queue that does not exist gets an error, too. What is in the queue goes with it.
            await world.Load.StopAsync();
            world.BodiesGone.UnionWith(world.Queue.Peek().Select(static message => message.Body));
            world.Sqs.DeleteQueue(FaultWorld.QueueName);
        },
        End = static world =>
        {
            world.CreateQueue();
            world.StartLoad();
            return Task.CompletedTask;
        },
        Metric = """persistent_cache_receive_calls_total{result="queue_does_not_exist"}""",
    });

    private static Task RunAsync(
        string title, SqsFaultKind kind, string result, SqsOperation? operation = null, Expectation readyz = Expectation.Either, [CallerMemberName] string test = "")
    {
        var sample = $$"""persistent_cache_receive_calls_total{result="{{result}}"}""";
        return Outage.RunAsync(
            new Fault("SQS", title, $"`{kind}` for {(operation is null ? "every call" : $"every {operation}")}")
            {
                Begin = world =>
                {
                    world.Sqs.Faults.Inject(new SqsFault(kind) { Operation = operation });
                    return Task.CompletedTask;
                },
                Meanwhile = async world =>
                {
                    await world.Worker.WaitAsync(async () => await world.Worker.MetricAsync(sample) > 0, "a call has failed");
                    Assert.InRange(await world.Worker.MetricAsync(sample) ?? 0, 1, Consumers * FailedCallsPerConsumer);
                },
                End = static world =>
                {
                    world.Sqs.Faults.Clear();
                    return Task.CompletedTask;
                },
                Readyz = readyz,
                Metric = sample,
            },
            test: test);
    }
}
