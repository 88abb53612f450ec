using LocalSqs.Queues;

namespace LocalSqs.Protocol.Operations;

/// <summary>Reads the requests of SendMessage and SendMessageBatch.</summary>
internal static class SendReader
{
    /// <summary>Reads a SendMessage request.</summary>
    public static (SqsQueue? Queue, SendEntry Entry) ReadOne(ReadOnlySpan<byte> body, QueueRegistry queues)
    {
        SqsQueue? queue = null;
        var entry = new SendEntry();
        var json = new RequestReader(body);
        while (json.NextMember())
        {
            if (json.Is("QueueUrl"u8))
            {
                queue = queues.Resolve(ref json);
            }
            else
            {
                ReadMember(ref json, entry);
            }
        }

        return (queue, entry);
    }

    /// <summary>Reads a SendMessageBatch request.</summary>
    public static (SqsQueue? Queue, List<SendEntry> Entries) ReadBatch(ReadOnlySpan<byte> body, QueueRegistry queues)
    {
        SqsQueue? queue = null;
        var entries = new List<SendEntry>(capacity: 10);
        var json = new RequestReader(body);
        while (json.NextMember())
        {
            if (json.Is("QueueUrl"u8))
            {
                queue = queues.Resolve(ref json);
            }
            else if (json.Is("Entries"u8))
            {
                json.StartArray();
                while (json.NextElement())
                {
                    var entry = new SendEntry();
                    json.StartObject();
                    while (json.NextMember())
                    {
                        ReadMember(ref json, entry);
                    }

                    entries.Add(entry);
                }
            }
            else
            {
                json.Skip();
            }
        }

        return (queue, entries);
    }

    private static void ReadMember(ref RequestReader json, SendEntry entry)
    {
        if (json.Is("MessageBody"u8))
        {
            entry.BodyLength = json.RawString().Length;
            entry.BodyStart = json.RawStart;
        }
        else if (json.Is("Id"u8))
        {
            entry.IdLength = json.RawString().Length;
            entry.IdStart = json.RawStart;
        }
        else if (json.Is("DelaySeconds"u8))
        {
            entry.DelaySeconds = json.Integer();
        }
        else if (json.Is("MessageGroupId"u8))
        {
            entry.GroupId = json.String();
        }
        else if (json.Is("MessageDeduplicationId"u8))
        {
            entry.DeduplicationId = json.String();
        }
        else if (json.Is("MessageAttributes"u8))
        {
            ReadAttributes(ref json, entry.Attributes);
        }
        else if (json.Is("MessageSystemAttributes"u8))
        {
            ReadAttributes(ref json, entry.SystemAttributes);
        }
        else
        {
            json.Skip();
        }
    }

    private static void ReadAttributes(ref RequestReader json, SortedDictionary<string, AttributeValue> attributes)
    {
        json.StartObject();
        while (json.NextMember())
        {
            var name = json.Name;
            var value = new AttributeValue(null, null, null);
            json.StartObject();
            while (json.NextMember())
            {
                if (json.Is("DataType"u8))
                {
                    value = value with { DataType = json.String() };
                }
                else if (json.Is("StringValue"u8))
                {
                    value = value with { Text = json.String() };
                }
                else if (json.Is("BinaryValue"u8))
                {
                    value = value with { Binary = json.Base64() };
                }
                else
                {
                    json.Skip();
                }
            }

            attributes[name] = value;
        }
    }
}
