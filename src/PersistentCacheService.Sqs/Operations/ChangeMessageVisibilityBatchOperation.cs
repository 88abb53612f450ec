using System.Text.Json;
using Amazon.SQS.Model;

namespace PersistentCacheService.Sqs.Operations;

internal sealed class ChangeMessageVisibilityBatchOperation()
    : BatchOperation<ChangeMessageVisibilityBatchRequest, ChangeMessageVisibilityBatchResponse, ChangeMessageVisibilityBatchResultEntry>("ChangeMessageVisibilityBatch")
{
    public static readonly ChangeMessageVisibilityBatchOperation Instance = new();

    public override void WriteMembers(Utf8JsonWriter writer, ChangeMessageVisibilityBatchRequest request) =>
        WriteBatch(writer, request.QueueUrl, request.Entries, static (writer, entry) =>
        {
            writer.WriteString("Id"u8, entry.Id);
            writer.WriteString("ReceiptHandle"u8, entry.ReceiptHandle);
            WriteOptional(writer, "VisibilityTimeout"u8, entry.VisibilityTimeout);
        });

    protected override ChangeMessageVisibilityBatchResponse CreateResponse(
        List<ChangeMessageVisibilityBatchResultEntry>? successful, List<BatchResultErrorEntry>? failed) =>
        new() { Successful = successful, Failed = failed };

    protected override ChangeMessageVisibilityBatchResultEntry ReadResult(ref Utf8JsonReader reader) => new() { Id = ReadId(ref reader) };
}
