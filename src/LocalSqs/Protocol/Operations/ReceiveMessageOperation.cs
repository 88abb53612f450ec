using LocalSqs.Queues;

namespace LocalSqs.Protocol.Operations;

/// <summary>ReceiveMessage, with and without long polling.</summary>
internal sealed class ReceiveMessageOperation
{
    private const int LargestBatch = 10;
    private const int LongestWaitSeconds = 20;
    private const int LongestVisibilitySeconds = 43_200;

    private static readonly Dictionary<string, SystemAttributes> ByName =
        Enum.GetValues<SystemAttributes>()
            .Where(static attribute => attribute != SystemAttributes.None)
            .ToDictionary(static attribute => attribute.ToString(), StringComparer.Ordinal);

    private readonly QueueRegistry _queues;

    public ReceiveMessageOperation(QueueRegistry queues) => _queues = queues;

    public async ValueTask ExecuteAsync(SqsRequest request)
    {
        var (queue, options, waitSeconds, wanted, filter) = Parse(request.Body.WrittenSpan);
        var wait = waitSeconds ?? queue.Settings.ReceiveMessageWaitTimeSeconds;
        if (!queue.TryReceive(options, mayWait: wait > 0, request.Received) && wait > 0)
        {
            await queue.ReceiveAsync(options, TimeSpan.FromSeconds(wait), request.Received, request.ClientGone);
        }

        MessageWriter.Write(request.Response, request.Received, wanted, filter);
    }

    private (SqsQueue Queue, ReceiveOptions Options, int? Wait, SystemAttributes Wanted, AttributeFilter? Filter) Parse(ReadOnlySpan<byte> body)
    {
        SqsQueue? queue = null;
        int maximum = 1;
        int? wait = null;
        int? visibility = null;
        var wanted = SystemAttributes.None;
        AttributeFilter? filter = null;
        var json = new RequestReader(body);
        while (json.NextMember())
        {
            if (json.Is("QueueUrl"u8))
            {
                queue = _queues.Resolve(ref json);
            }
            else if (json.Is("MaxNumberOfMessages"u8))
            {
                maximum = InRange(json.Integer(), 1, LargestBatch, "MaxNumberOfMessages");
            }
            else if (json.Is("WaitTimeSeconds"u8))
            {
                wait = InRange(json.Integer(), 0, LongestWaitSeconds, "WaitTimeSeconds");
            }
            else if (json.Is("VisibilityTimeout"u8))
            {
                visibility = InRange(json.Integer(), 0, LongestVisibilitySeconds, "VisibilityTimeout");
            }
            else if (json.Is("MessageSystemAttributeNames"u8) || json.Is("AttributeNames"u8))
            {
                wanted |= ReadSystemAttributes(ref json);
            }
            else if (json.Is("MessageAttributeNames"u8))
            {
                filter = ReadFilter(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return (queue ?? throw new SqsException(SqsError.MissingParameter("QueueUrl")), new ReceiveOptions(maximum, visibility), wait, wanted, filter);
    }

    private static int InRange(int value, int minimum, int maximum, string parameter) =>
        value >= minimum && value <= maximum
            ? value
            : throw new SqsException(SqsError.InvalidParameter(
                $"{value}", parameter, parameter == "MaxNumberOfMessages"
                    ? $"Must be between {minimum} and {maximum}, if provided."
                    : $"Must be >= {minimum} and <= {maximum}, if provided."));

    private static SystemAttributes ReadSystemAttributes(ref RequestReader json)
    {
        var wanted = SystemAttributes.None;
        json.StartArray();
        while (json.NextElement())
        {
            var name = json.String();
            wanted |= ByName.TryGetValue(name, out var attribute) ? attribute : throw new SqsException(SqsError.InvalidAttributeName(name));
        }

        return wanted;
    }

    private static AttributeFilter ReadFilter(ref RequestReader json)
    {
        var filter = new AttributeFilter();
        json.StartArray();
        while (json.NextElement())
        {
            filter.Add(json.String());
        }

        return filter;
    }
}
