using System.Text.Json;
using Amazon.SQS.Model;

namespace PersistentCacheService.Sqs.Operations;

internal sealed class DeleteMessageBatchOperation()
    : BatchOperation<DeleteMessageBatchRequest, DeleteMessageBatchResponse, DeleteMessageBatchResultEntry>("DeleteMessageBatch")
{
    public static readonly DeleteMessageBatchOperation Instance = new();

    public override void WriteMembers(Utf8JsonWriter writer, DeleteMessageBatchRequest request) =>
        WriteBatch(writer, request.QueueUrl, request.Entries, static (writer, entry) =>
        {
            writer.WriteString("Id"u8, entry.Id);
            if (entry.ReceiptHandle is { } handle)
            {
                writer.WriteString("ReceiptHandle"u8, handle);
            }
            else
            {
                writer.WriteString("ReceiptHandle"u8, entry.ReceiptHandleUtf8.Span);
            }
        });

    protected override DeleteMessageBatchResponse CreateResponse(List<DeleteMessageBatchResultEntry>? successful, List<BatchResultErrorEntry>? failed) =>
        new() { Successful = successful, Failed = failed };

    protected override DeleteMessageBatchResultEntry ReadResult(ref Utf8JsonReader reader) => new() { Id = ReadId(ref reader) };
}
