using System.Runtime.CompilerServices;
using LocalSqs.Faults;
using LocalSqs.Protocol;
using PersistentCacheService.FaultTests.World;
using PersistentCacheService.IntegrationTests;

namespace PersistentCacheService.FaultTests.QueueFaults;

/// <summary>The queue does what it is told and the answer is lost, late, damaged, or tells of failures in part.</summary>
[Collection(LongTestsFirst.Prefix + "answers of the queue")]
public sealed class QueueAnswerTests
{
    // Every receive whose answer is lost hides its messages until the visibility timeout and counts as a receive: nobody can prevent that. This redrive
    // policy outlives five visibility timeouts of it.
    private static readonly WorldOptions ReceivesBurn = new() { MaxReceiveCount = 10 };

    [SkippableFact]
    public Task Calls_are_never_answered() => RunAsync(
        "SQS takes calls and never answers", new SqsFault(SqsFaultKind.Hang) { Probability = 0.3 }, "three calls in ten hang");

    [SkippableFact]
    public Task Answers_stop_in_the_middle() => RunAsync(
        "SQS's answers stop in the middle", new SqsFault(SqsFaultKind.HangMidBody) { Probability = 0.3 }, "three answers in ten stop half-way, the connection stays open");

    [SkippableFact]
    public Task Connections_are_reset_instead_of_an_answer() => RunAsync(
        "SQS resets connections", new SqsFault(SqsFaultKind.Reset), "every call gets an RST");

    [SkippableFact]
    public Task Calls_are_executed_and_the_answer_is_lost() => RunAsync(
        "SQS executes calls and the answer is lost", new SqsFault(SqsFaultKind.ResetAfterExecution) { Probability = 0.3 }, "three calls in ten are executed and get an RST");

    [SkippableFact]
    public Task Answers_are_garbage() => RunAsync(
        "SQS's answers are garbage", new SqsFault(SqsFaultKind.GarbageBody) { Probability = 0.3 }, "200 with a body that is not JSON, three calls in ten");

    [SkippableFact]
    public Task Answers_are_empty() => RunAsync(
        "SQS's answers are empty", new SqsFault(SqsFaultKind.EmptyBody) { Probability = 0.3 }, "200 without a body, three calls in ten");

    [SkippableFact]
    public Task Some_deletes_fail_on_the_server() => RunAsync(
        "Some deletes of a batch fail on SQS's side",
        new SqsFault(SqsFaultKind.EntryFailsOnServer) { Operation = SqsOperation.DeleteMessageBatch, Probability = 0.5 },
        "half of the entries: `InternalError`, `SenderFault` false",
        Expectation.Up);

    [SkippableFact]
    public Task Some_deletes_are_refused() => RunAsync(
        "Some deletes of a batch are refused",
        new SqsFault(SqsFaultKind.EntryFailsOnSender) { Operation = SqsOperation.DeleteMessageBatch, Probability = 0.3 },
        "three entries in ten: `ReceiptHandleIsInvalid`, `SenderFault` true",
        Expectation.Up);

    [SkippableFact]
    public Task Deletes_are_throttled() => RunAsync(
        "SQS throttles deletes only", new SqsFault(SqsFaultKind.Throttle) { Operation = SqsOperation.DeleteMessageBatch, Probability = 0.7 }, "seven `DeleteMessageBatch` calls in ten");

    private static Task RunAsync(
        string title, SqsFault fault, string injection, Expectation readyz = Expectation.Either, [CallerMemberName] string test = "") => Outage.RunAsync(
        new Fault("SQS", title, injection)
        {
            Begin = world =>
            {
                world.Sqs.Faults.Inject(fault);
                return Task.CompletedTask;
            },
            End = static world =>
            {
                world.Sqs.Faults.Clear();
                return Task.CompletedTask;
            },
            Readyz = readyz,
            // A call that is reset before it is executed burns nothing.
            BurnsReceives = fault.Kind != SqsFaultKind.Reset,
        },
        ReceivesBurn,
        test);
}
