using System.Text.Json;
using Amazon.Runtime;
using Amazon.SQS.Model;

namespace PersistentCacheService.Sqs.Operations;

/// <summary>What the three batch actions share: <c>QueueUrl</c> and <c>Entries</c> go out, <c>Successful</c> and <c>Failed</c> come back, each absent, null or a list.</summary>
internal abstract class BatchOperation<TRequest, TResponse, TResult>(string name) : SqsOperation<TRequest, TResponse>(name)
    where TResponse : AmazonWebServiceResponse
    where TResult : class
{
    protected override TResponse ReadResponse(ref Utf8JsonReader reader)
    {
        List<TResult>? successful = null;
        List<BatchResultErrorEntry>? failed = null;
        reader.ReadObjectStart();
        while (reader.ReadName())
        {
            if (reader.ValueTextEquals("Successful"u8))
            {
                successful = ReadList(ref reader, ReadResult);
            }
            else if (reader.ValueTextEquals("Failed"u8))
            {
                failed = ReadList(ref reader, ReadFailure);
            }
            else
            {
                reader.Skip();
            }
        }

        return CreateResponse(successful, failed);
    }

    /// <summary>Makes the response.</summary>
    protected abstract TResponse CreateResponse(List<TResult>? successful, List<BatchResultErrorEntry>? failed);

    /// <summary>Reads the members of an entry of <c>Successful</c>.</summary>
    protected abstract TResult ReadResult(ref Utf8JsonReader reader);

    /// <summary>Writes the queue and the entries.</summary>
    protected static void WriteBatch<TEntry>(Utf8JsonWriter writer, string? queueUrl, List<TEntry>? entries, Action<Utf8JsonWriter, TEntry> writeMembers)
    {
        WriteOptional(writer, "QueueUrl"u8, queueUrl);
        writer.WriteStartArray("Entries"u8);
        foreach (var entry in entries ?? [])
        {
            writer.WriteStartObject();
            writeMembers(writer, entry);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Reads an entry's <c>Id</c>, the only member of most results.</summary>
    protected static string? ReadId(ref Utf8JsonReader reader)
    {
        string? id = null;
        while (reader.ReadName())
        {
            if (reader.ValueTextEquals("Id"u8))
            {
                id = reader.ReadString();
            }
            else
            {
                reader.Skip();
            }
        }

        return id;
    }

    private static List<T>? ReadList<T>(ref Utf8JsonReader reader, ElementReader<T> readElement)
    {
        List<T>? list = null;
        if (reader.ReadArrayStart())
        {
            while (reader.ReadElementStart())
            {
                (list ??= []).Add(readElement(ref reader));
            }
        }

        return list;
    }

    private static BatchResultErrorEntry ReadFailure(ref Utf8JsonReader reader)
    {
        var entry = new BatchResultErrorEntry();
        while (reader.ReadName())
        {
            if (reader.ValueTextEquals("Id"u8))
            {
                entry.Id = reader.ReadString();
            }
            else if (reader.ValueTextEquals("Code"u8))
            {
                entry.Code = reader.ReadString();
            }
            else if (reader.ValueTextEquals("Message"u8))
            {
                entry.Message = reader.ReadString();
            }
            else if (reader.ValueTextEquals("SenderFault"u8))
            {
                entry.SenderFault = reader.ReadBoolean();
            }
            else
            {
                reader.Skip();
            }
        }

        return entry;
    }

    private delegate T ElementReader<T>(ref Utf8JsonReader reader);
}
