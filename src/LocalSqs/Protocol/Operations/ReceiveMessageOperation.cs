using System.Globalization;
using LocalSqs.Protocol.Json;
using LocalSqs.Queues;

namespace LocalSqs.Protocol.Operations;

/// <summary>ReceiveMessage, with and without long polling.</summary>
internal sealed class ReceiveMessageOperation
{
    private const int LargestBatch = 10;
    private const int LongestWaitSeconds = 20;
    private const int LongestVisibilitySeconds = 43_200;

    // A made-up id in the form of AWS's.
    private const string Sender = "AIDA0000000000LOCALSQ";

    private static readonly string[] SystemAttributes =
    [
        "SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp", "SequenceNumber", "MessageDeduplicationId",
        "MessageGroupId", "DeadLetterQueueSourceArn",
    ];

    private readonly QueueRegistry _queues;

    public ReceiveMessageOperation(QueueRegistry queues) => _queues = queues;

    /// <param name="request">The request.</param>
    /// <param name="clientGone">Ends when the client hangs up.</param>
    public async ValueTask<ReceiveAnswer> ExecuteAsync(ReceiveRequest request, CancellationToken clientGone)
    {
        var queue = _queues.Demand(request.QueueUrl);
        var maximum = InRange(request.MaxNumberOfMessages, 1, LargestBatch, nameof(request.MaxNumberOfMessages)) ?? 1;
        var wait = InRange(request.WaitTimeSeconds, 0, LongestWaitSeconds, nameof(request.WaitTimeSeconds)) ?? queue.Settings.ReceiveMessageWaitTimeSeconds;
        var visibility = InRange(request.VisibilityTimeout, 0, LongestVisibilitySeconds, nameof(request.VisibilityTimeout));
        var wanted = Wanted([.. request.MessageSystemAttributeNames ?? [], .. request.AttributeNames ?? []]);

        var options = new ReceiveOptions(maximum, visibility);
        var received = new List<ReceivedMessage>(maximum);
        if (!queue.TryReceive(options, mayWait: wait > 0, received) && wait > 0)
        {
            await queue.ReceiveAsync(options, TimeSpan.FromSeconds(wait), received, clientGone);
        }

        return new ReceiveAnswer(received.Count == 0 ? null : received.ConvertAll(message => Show(message, wanted, request.MessageAttributeNames ?? [])));
    }

    private static int? InRange(int? value, int minimum, int maximum, string parameter) =>
        value is null || (value >= minimum && value <= maximum)
            ? value
            : throw new SqsException(SqsError.InvalidParameter(
                $"{value}", parameter, parameter == "MaxNumberOfMessages"
                    ? $"Must be between {minimum} and {maximum}, if provided."
                    : $"Must be >= {minimum} and <= {maximum}, if provided."));

    private static string[] Wanted(string[] names)
    {
        if (Array.Find(names, static name => name != "All" && !SystemAttributes.Contains(name, StringComparer.Ordinal)) is { } unknown)
        {
            throw new SqsException(SqsError.InvalidAttributeName(unknown));
        }

        return names.Contains("All", StringComparer.Ordinal) ? SystemAttributes : names;
    }

    private static MessageAnswer Show(ReceivedMessage received, string[] wanted, List<string> patterns)
    {
        var message = received.Message;
        var chosen = message.Extras is { Attributes.Count: > 0 } extras && patterns.Count > 0
            ? extras.Attributes.Where(attribute => patterns.Exists(pattern => Matches(attribute.Name, pattern))).ToList()
            : [];
        return new MessageAnswer(
            message.Id.ToString(),
            received.Handle.ToString(),
            $"{message.Body.Md5:x32}",
            message.Body.ReadJson(),
            wanted.Length == 0 ? null : System(received, wanted),
            chosen.Count == 0 ? null : AttributeDigest.Of(chosen),
            chosen.Count == 0 ? null : chosen.ToDictionary(
                static attribute => attribute.Name,
                static attribute => new AttributeValue(attribute.DataType, attribute.Text, attribute.Binary),
                StringComparer.Ordinal));
    }

    // All, .*, prefix.* or a name.
    private static bool Matches(string name, string pattern) =>
        pattern == "All" || (pattern.EndsWith(".*", StringComparison.Ordinal) ? name.StartsWith(pattern[..^2], StringComparison.Ordinal) : name == pattern);

    private static Dictionary<string, string> System(ReceivedMessage received, string[] wanted)
    {
        var message = received.Message;
        var extras = message.Extras;
        var shown = new Dictionary<string, string>(wanted.Length, StringComparer.Ordinal);
        foreach (var name in wanted)
        {
            var value = name switch
            {
                "SenderId" => Sender,
                "SentTimestamp" => Number(message.SentAt),
                "ApproximateReceiveCount" => Number(received.ReceiveCount),
                "ApproximateFirstReceiveTimestamp" => Number(received.FirstReceivedAt),
                "SequenceNumber" => extras is { SequenceNumber: > 0 } ? $"{extras.SequenceNumber:D20}" : null,
                "MessageDeduplicationId" => extras?.DeduplicationId,
                "MessageGroupId" => extras?.GroupId,
                _ => extras?.DeadLetterSourceArn,
            };
            if (value is not null)
            {
                shown[name] = value;
            }
        }

        return shown;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
