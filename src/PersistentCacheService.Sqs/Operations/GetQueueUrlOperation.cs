using System.Text.Json;
using Amazon.SQS.Model;

namespace PersistentCacheService.Sqs.Operations;

internal sealed class GetQueueUrlOperation() : SqsOperation<GetQueueUrlRequest, GetQueueUrlResponse>("GetQueueUrl")
{
    public static readonly GetQueueUrlOperation Instance = new();

    public override void WriteMembers(Utf8JsonWriter writer, GetQueueUrlRequest request)
    {
        WriteOptional(writer, "QueueName"u8, request.QueueName);
        WriteOptional(writer, "QueueOwnerAWSAccountId"u8, request.QueueOwnerAWSAccountId);
    }

    protected override GetQueueUrlResponse ReadResponse(ref Utf8JsonReader reader) => new() { QueueUrl = QueueUrlReply.Read(ref reader) };
}
