using LocalSqs.Protocol.Json;
using LocalSqs.Queues;

namespace LocalSqs.Protocol.Operations;

/// <summary>StartMessageMoveTask, ListMessageMoveTasks and CancelMessageMoveTask.</summary>
internal sealed class MoveTaskOperations(MoveTasks tasks)
{
    private const int MostResults = 10;
    private const int FastestRate = 500;

    public MoveTaskAnswer Execute(SqsOperation operation, MoveTaskRequest request) => operation switch
    {
        SqsOperation.StartMessageMoveTask => new MoveTaskAnswer(TaskHandle: Start(request).Handle),
        SqsOperation.CancelMessageMoveTask => new MoveTaskAnswer(
            ApproximateNumberOfMessagesMoved: tasks.Cancel(request.TaskHandle ?? throw new SqsException(SqsError.MissingParameter("TaskHandle"))).Moved),
        _ => new MoveTaskAnswer(Results: List(request)),
    };

    private static string SourceIn(MoveTaskRequest request) => request.SourceArn ?? throw new SqsException(SqsError.MissingParameter("SourceArn"));

    private MoveTask Start(MoveTaskRequest request) => request.MaxNumberOfMessagesPerSecond is < 1 or > FastestRate
        ? throw new SqsException(SqsError.InvalidParameter($"Value {request.MaxNumberOfMessagesPerSecond} for parameter MaxNumberOfMessagesPerSecond is invalid."))
        : tasks.Start(SourceIn(request), request.DestinationArn, request.MaxNumberOfMessagesPerSecond);

    // The handle is told only while it is of use, as on AWS.
    private List<MoveTaskResult> List(MoveTaskRequest request) => request.MaxResults is < 1 or > MostResults
        ? throw new SqsException(SqsError.InvalidParameter($"{request.MaxResults}", "MaxResults", "Must be between 1 and 10, if provided."))
        : [.. tasks.Of(SourceIn(request)).Take(request.MaxResults ?? 1).Select(static task => new MoveTaskResult
        {
            TaskHandle = task.IsRunning ? task.Handle : null,
            Status = task.Status,
            SourceArn = task.SourceArn,
            DestinationArn = task.DestinationArn,
            MaxNumberOfMessagesPerSecond = task.PerSecond,
            ApproximateNumberOfMessagesMoved = task.Moved,
            ApproximateNumberOfMessagesToMove = task.ToMove,
            FailureReason = task.FailureReason,
            StartedTimestamp = task.StartedAt,
        })];
}
