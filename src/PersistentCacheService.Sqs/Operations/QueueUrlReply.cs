using System.Text.Json;

namespace PersistentCacheService.Sqs.Operations;

/// <summary>The reply of CreateQueue and GetQueueUrl.</summary>
internal static class QueueUrlReply
{
    /// <summary>Reads the object's <c>QueueUrl</c>.</summary>
    /// <exception cref="JsonException">There is none.</exception>
    public static string Read(ref Utf8JsonReader reader)
    {
        string? queueUrl = null;
        reader.ReadObjectStart();
        while (reader.ReadName())
        {
            if (reader.ValueTextEquals("QueueUrl"u8))
            {
                queueUrl = reader.ReadString();
            }
            else
            {
                reader.Skip();
            }
        }

        return queueUrl ?? throw new JsonException("QueueUrl is missing.");
    }
}
