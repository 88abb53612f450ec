using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LocalSqs.Faults;
using LocalSqs.Protocol.Json;
using LocalSqs.Protocol.Operations;
using LocalSqs.Queues;
using Microsoft.AspNetCore.Http;

namespace LocalSqs.Protocol;

/// <summary>Executes requests: from the JSON that was read to the JSON to be written.</summary>
internal sealed class SqsDispatcher
{
    private static readonly SqsJson Types = SqsJson.Instance;

    private readonly ReceiveMessageOperation _receive;
    private readonly SendMessageOperation _send;
    private readonly HandleOperations _handles;
    private readonly QueueOperations _queueOperations;
    private readonly MoveTaskOperations _moves;

    public SqsDispatcher(QueueRegistry queues, MoveTasks moves, SqsFaults faults)
    {
        _receive = new ReceiveMessageOperation(queues);
        _send = new SendMessageOperation(queues, faults);
        _handles = new HandleOperations(queues, faults);
        _queueOperations = new QueueOperations(queues);
        _moves = new MoveTaskOperations(moves);
    }

    /// <summary>The answer's body.</summary>
    /// <exception cref="SqsException">The request fails.</exception>
    /// <exception cref="JsonException">It is not JSON, or not of its operation.</exception>
    public async ValueTask<byte[]> ExecuteAsync(SqsOperation operation, HttpRequest request)
    {
        switch (operation)
        {
            case SqsOperation.ReceiveMessage:
                return Write(await _receive.ExecuteAsync(await ReadAsync(request, Types.ReceiveRequest), request.HttpContext.RequestAborted), Types.ReceiveAnswer);
            case SqsOperation.DeleteMessage or SqsOperation.ChangeMessageVisibility:
                return Write(_handles.Execute(operation, await ReadAsync(request, Types.HandleRequest)), Types.EntryAnswer);
            case SqsOperation.DeleteMessageBatch or SqsOperation.ChangeMessageVisibilityBatch:
                return Write(_handles.ExecuteBatch(operation, await ReadAsync(request, Types.HandleBatchRequest)), Types.BatchAnswer);
            case SqsOperation.SendMessage:
                return Write(_send.Execute(await ReadAsync(request, Types.SendRequest)), Types.EntryAnswer);
            case SqsOperation.SendMessageBatch:
                return Write(_send.ExecuteBatch(await ReadAsync(request, Types.SendBatchRequest)), Types.BatchAnswer);
            case SqsOperation.StartMessageMoveTask or SqsOperation.ListMessageMoveTasks or SqsOperation.CancelMessageMoveTask:
                return Write(_moves.Execute(operation, await ReadAsync(request, Types.MoveTaskRequest)), Types.MoveTaskAnswer);
            case SqsOperation.Unknown:
                throw new SqsException(SqsError.UnknownOperation);
            default:
                var host = request.Host.Value ?? string.Empty;
                return Write(_queueOperations.Execute(operation, await ReadAsync(request, Types.QueueRequest), host), Types.QueueAnswer);
        }
    }

    private static async ValueTask<T> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type) =>
        await JsonSerializer.DeserializeAsync(request.BodyReader, type) ?? throw new JsonException("The request is null.");

    private static byte[] Write<T>(T answer, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(answer, type);
}
