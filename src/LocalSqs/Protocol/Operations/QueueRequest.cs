namespace LocalSqs.Protocol.Operations;

/// <summary>The members that requests about queues have; those that were absent are null or empty.</summary>
internal sealed class QueueRequest
{
    public string? QueueUrl { get; private set; }

    public string? QueueName { get; private set; }

    public string? QueueNamePrefix { get; private set; }

    public string? NextToken { get; private set; }

    public int? MaxResults { get; private set; }

    public Dictionary<string, string> Attributes { get; } = new(StringComparer.Ordinal);

    public List<string> AttributeNames { get; } = [];

    public static QueueRequest Read(ReadOnlySpan<byte> body)
    {
        var request = new QueueRequest();
        var json = new RequestReader(body);
        while (json.NextMember())
        {
            switch (json.Name)
            {
                case "QueueUrl":
                    request.QueueUrl = json.String();
                    break;
                case "QueueName":
                    request.QueueName = json.String();
                    break;
                case "QueueNamePrefix":
                    request.QueueNamePrefix = json.String();
                    break;
                case "NextToken":
                    request.NextToken = json.String();
                    break;
                case "MaxResults":
                    request.MaxResults = json.Integer();
                    break;
                case "Attributes":
                    request.ReadAttributes(ref json);
                    break;
                case "AttributeNames":
                    request.ReadAttributeNames(ref json);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return request;
    }

    private void ReadAttributes(ref RequestReader json)
    {
        json.StartObject();
        while (json.NextMember())
        {
            Attributes[json.Name] = json.String();
        }
    }

    private void ReadAttributeNames(ref RequestReader json)
    {
        json.StartArray();
        while (json.NextElement())
        {
            AttributeNames.Add(json.String());
        }
    }
}
