using System.Text.Json;
using Amazon.SQS.Model;

namespace PersistentCacheService.Sqs.Operations;

internal sealed class CreateQueueOperation() : SqsOperation<CreateQueueRequest, CreateQueueResponse>("CreateQueue")
{
    public static readonly CreateQueueOperation Instance = new();

    public override void WriteMembers(Utf8JsonWriter writer, CreateQueueRequest request)
    {
        WriteOptional(writer, "QueueName"u8, request.QueueName);
        if (request.Attributes is { } attributes)
        {
            writer.WriteStartObject("Attributes"u8);
            foreach (var (name, value) in attributes)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }
    }

    protected override CreateQueueResponse ReadResponse(ref Utf8JsonReader reader) => new() { QueueUrl = QueueUrlReply.Read(ref reader) };
}
