using System.Globalization;
using LocalSqs.Protocol;

namespace LocalSqs.Queues;

/// <summary>The attributes of a queue that a caller can set, with SQS's defaults and ranges.</summary>
internal sealed record QueueSettings
{
    /// <summary>SQS's largest message and largest batch in bytes: 1 MiB.</summary>
    public const int LargestMessage = 1_048_576;

    /// <summary>Seconds, 0..43200.</summary>
    public int VisibilityTimeout { get; init; } = 30;

    /// <summary>Seconds, 0..20.</summary>
    public int ReceiveMessageWaitTimeSeconds { get; init; }

    public RedrivePolicy? RedrivePolicy { get; init; }

    public bool FifoQueue { get; init; }

    /// <summary>These settings with the given attributes changed.</summary>
    /// <exception cref="SqsException">An attribute is unknown or out of its range.</exception>
    public QueueSettings With(IEnumerable<KeyValuePair<string, string>> attributes)
    {
        var settings = this;
        foreach (var (name, value) in attributes)
        {
            settings = settings.With(name, value);
        }

        return settings;
    }

    /// <summary>Whether an attribute of this name can be set without being listed by <see cref="ToAttributes"/> at all times.</summary>
    public static bool IsOptional(string name) => name is nameof(RedrivePolicy) or nameof(FifoQueue);

    /// <summary>All attributes under SQS's names.</summary>
    public IEnumerable<KeyValuePair<string, string>> ToAttributes()
    {
        yield return Number("VisibilityTimeout", VisibilityTimeout);
        yield return Number("MaximumMessageSize", LargestMessage);
        yield return Number("ReceiveMessageWaitTimeSeconds", ReceiveMessageWaitTimeSeconds);
        if (RedrivePolicy is not null)
        {
            yield return new("RedrivePolicy", RedrivePolicy.ToJson());
        }

        if (FifoQueue)
        {
            yield return new("FifoQueue", "true");
        }
    }

    private static KeyValuePair<string, string> Number(string name, int value) => new(name, value.ToString(CultureInfo.InvariantCulture));

    private QueueSettings With(string name, string value) => name switch
    {
        "VisibilityTimeout" => this with { VisibilityTimeout = Integer(name, value, 0, 43_200) },
        "ReceiveMessageWaitTimeSeconds" => this with { ReceiveMessageWaitTimeSeconds = Integer(name, value, 0, 20) },
        "RedrivePolicy" => this with { RedrivePolicy = Redrive(name, value) },
        "FifoQueue" => this with { FifoQueue = Boolean(name, value) },
        _ => throw new SqsException(SqsError.InvalidAttributeName(name)),
    };

    private static int Integer(string name, string value, int minimum, int maximum) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum
            ? number
            : throw new SqsException(SqsError.InvalidAttributeValue(name));

    private static bool Boolean(string name, string value) =>
        bool.TryParse(value, out var boolean) ? boolean : throw new SqsException(SqsError.InvalidAttributeValue(name));

    private static RedrivePolicy? Redrive(string name, string value) =>
        Queues.RedrivePolicy.TryParse(value, out var policy) ? policy : throw new SqsException(SqsError.InvalidAttributeValue(name));
}
