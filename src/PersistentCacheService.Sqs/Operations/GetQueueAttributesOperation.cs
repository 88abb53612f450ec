using System.Text.Json;
using Amazon.SQS.Model;

namespace PersistentCacheService.Sqs.Operations;

internal sealed class GetQueueAttributesOperation() : SqsOperation<GetQueueAttributesRequest, GetQueueAttributesResponse>("GetQueueAttributes")
{
    public static readonly GetQueueAttributesOperation Instance = new();

    public override void WriteMembers(Utf8JsonWriter writer, GetQueueAttributesRequest request)
    {
        WriteOptional(writer, "QueueUrl"u8, request.QueueUrl);
        WriteList(writer, "AttributeNames"u8, request.AttributeNames);
    }

    protected override GetQueueAttributesResponse ReadResponse(ref Utf8JsonReader reader)
    {
        var response = new GetQueueAttributesResponse();
        reader.ReadObjectStart();
        while (reader.ReadName())
        {
            if (reader.ValueTextEquals("Attributes"u8))
            {
                response.Attributes = reader.ReadDictionary();
            }
            else
            {
                reader.Skip();
            }
        }

        return response;
    }
}
