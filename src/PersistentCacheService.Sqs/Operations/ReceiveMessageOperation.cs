using System.Text.Json;
using Amazon.SQS.Model;
using PersistentCacheService.Sqs.Transport;

namespace PersistentCacheService.Sqs.Operations;

/// <summary>The hot path: bodies are unescaped where they lie in the reply, the system attributes that matter are read as numbers, the rest on demand.</summary>
internal sealed class ReceiveMessageOperation() : SqsOperation<ReceiveMessageRequest, ReceiveMessageResponse>("ReceiveMessage")
{
    public static readonly ReceiveMessageOperation Instance = new();

    public override void WriteMembers(Utf8JsonWriter writer, ReceiveMessageRequest request)
    {
        WriteOptional(writer, "QueueUrl"u8, request.QueueUrl);
        WriteOptional(writer, "MaxNumberOfMessages"u8, request.MaxNumberOfMessages);
        WriteOptional(writer, "WaitTimeSeconds"u8, request.WaitTimeSeconds);
        WriteOptional(writer, "VisibilityTimeout"u8, request.VisibilityTimeout);
        WriteList(writer, "MessageSystemAttributeNames"u8, request.MessageSystemAttributeNames);
        WriteList(writer, "MessageAttributeNames"u8, request.MessageAttributeNames);
        WriteOptional(writer, "ReceiveRequestAttemptId"u8, request.ReceiveRequestAttemptId);
    }

    public override ReceiveMessageResponse ReadResponse(PooledBytes content) => new ReceiveReplyReader(content).Read();

    protected override ReceiveMessageResponse ReadResponse(ref Utf8JsonReader reader) =>
        throw new InvalidOperationException("A receive's reply keeps its buffer.");
}
