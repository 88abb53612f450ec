using System.Text.Json;
using Amazon.SQS.Model;

namespace PersistentCacheService.Sqs.Operations;

internal sealed class SendMessageBatchOperation()
    : BatchOperation<SendMessageBatchRequest, SendMessageBatchResponse, SendMessageBatchResultEntry>("SendMessageBatch")
{
    public static readonly SendMessageBatchOperation Instance = new();

    /// <summary>A repeated send is a second message.</summary>
    public override bool Repeatable => false;

    public override void WriteMembers(Utf8JsonWriter writer, SendMessageBatchRequest request) =>
        WriteBatch(writer, request.QueueUrl, request.Entries, WriteEntry);

    protected override SendMessageBatchResponse CreateResponse(List<SendMessageBatchResultEntry>? successful, List<BatchResultErrorEntry>? failed) =>
        new() { Successful = successful, Failed = failed };

    protected override SendMessageBatchResultEntry ReadResult(ref Utf8JsonReader reader)
    {
        var entry = new SendMessageBatchResultEntry();
        while (reader.ReadName())
        {
            if (reader.ValueTextEquals("Id"u8))
            {
                entry.Id = reader.ReadString();
            }
            else if (reader.ValueTextEquals("MessageId"u8))
            {
                entry.MessageId = reader.ReadString();
            }
            else if (reader.ValueTextEquals("MD5OfMessageBody"u8))
            {
                entry.MD5OfMessageBody = reader.ReadString();
            }
            else if (reader.ValueTextEquals("SequenceNumber"u8))
            {
                entry.SequenceNumber = reader.ReadString();
            }
            else
            {
                reader.Skip();
            }
        }

        return entry;
    }

    private static void WriteEntry(Utf8JsonWriter writer, SendMessageBatchRequestEntry entry)
    {
        writer.WriteString("Id"u8, entry.Id);
        writer.WriteString("MessageBody"u8, entry.MessageBody);
        WriteOptional(writer, "DelaySeconds"u8, entry.DelaySeconds);
        WriteOptional(writer, "MessageGroupId"u8, entry.MessageGroupId);
        WriteOptional(writer, "MessageDeduplicationId"u8, entry.MessageDeduplicationId);
        if (entry.MessageAttributes is { } attributes)
        {
            writer.WriteStartObject("MessageAttributes"u8);
            foreach (var (name, value) in attributes)
            {
                writer.WriteStartObject(name);
                WriteOptional(writer, "DataType"u8, value.DataType);
                WriteOptional(writer, "StringValue"u8, value.StringValue);
                if (value.BinaryValue is { } binary)
                {
                    writer.WriteBase64String("BinaryValue"u8, binary.ToArray());
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }
    }
}
