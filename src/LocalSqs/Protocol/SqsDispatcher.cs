using LocalSqs.Faults;
using LocalSqs.Protocol.Operations;
using LocalSqs.Queues;

namespace LocalSqs.Protocol;

/// <summary>Executes requests: from the body that was read to the body to be written.</summary>
internal sealed class SqsDispatcher
{
    private const string TargetPrefix = "AmazonSQS.";

    private static readonly Dictionary<string, SqsOperation> ByTarget =
        Enum.GetValues<SqsOperation>()
            .Where(static operation => operation != SqsOperation.Unknown)
            .ToDictionary(static operation => TargetPrefix + operation, StringComparer.Ordinal);

    private readonly ReceiveMessageOperation _receive;
    private readonly SendMessageOperation _send;
    private readonly DeleteMessageOperation _delete;
    private readonly ChangeVisibilityOperation _changeVisibility;
    private readonly QueueOperations _queueOperations;

    public SqsDispatcher(QueueRegistry queues, SqsFaults faults)
    {
        _receive = new ReceiveMessageOperation(queues);
        _send = new SendMessageOperation(queues, faults);
        _delete = new DeleteMessageOperation(queues, faults);
        _changeVisibility = new ChangeVisibilityOperation(queues, faults);
        _queueOperations = new QueueOperations(queues);
    }

    /// <summary>The operation of an <c>X-Amz-Target</c> header.</summary>
    public static SqsOperation OperationOf(string? target) => target is null ? SqsOperation.Unknown : ByTarget.GetValueOrDefault(target);

    /// <exception cref="SqsException">The request fails.</exception>
    public ValueTask ExecuteAsync(SqsRequest request)
    {
        switch (request.Operation)
        {
            case SqsOperation.ReceiveMessage:
                return _receive.ExecuteAsync(request);
            case SqsOperation.DeleteMessage:
                _delete.Execute(request);
                break;
            case SqsOperation.DeleteMessageBatch:
                _delete.ExecuteBatch(request);
                break;
            case SqsOperation.SendMessage:
                _send.Execute(request);
                break;
            case SqsOperation.SendMessageBatch:
                _send.ExecuteBatch(request);
                break;
            case SqsOperation.ChangeMessageVisibility:
                _changeVisibility.Execute(request);
                break;
            case SqsOperation.ChangeMessageVisibilityBatch:
                _changeVisibility.ExecuteBatch(request);
                break;
            default:
                _queueOperations.Execute(request);
                break;
        }

        return ValueTask.CompletedTask;
    }
}
