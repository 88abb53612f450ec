using System.Collections.Immutable;
using System.Globalization;
using LocalSqs.Protocol;

namespace LocalSqs.Queues;

/// <summary>The attributes of a queue that a caller can set, with SQS's defaults and ranges.</summary>
internal sealed record QueueSettings
{
    /// <summary>SQS's largest message and largest batch in bytes: 1 MiB.</summary>
    public const int LargestMessage = 1_048_576;

    // Kept and given back, without any effect here.
    private static readonly ImmutableHashSet<string> Inert =
        ["Policy", "RedriveAllowPolicy", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled"];

    private static readonly ImmutableHashSet<string> Fifo =
        [nameof(FifoQueue), nameof(ContentBasedDeduplication), nameof(DeduplicationScope), nameof(FifoThroughputLimit)];

    /// <summary>Seconds, 0..43200.</summary>
    public int VisibilityTimeout { get; init; } = 30;

    /// <summary>Seconds, 0..900.</summary>
    public int DelaySeconds { get; init; }

    /// <summary>Bytes, 1024..1048576.</summary>
    public int MaximumMessageSize { get; init; } = LargestMessage;

    /// <summary>Seconds, 60..1209600.</summary>
    public int MessageRetentionPeriod { get; init; } = 345_600;

    /// <summary>Seconds, 0..20.</summary>
    public int ReceiveMessageWaitTimeSeconds { get; init; }

    public RedrivePolicy? RedrivePolicy { get; init; }

    public bool FifoQueue { get; init; }

    public bool ContentBasedDeduplication { get; init; }

    /// <summary><c>queue</c> or <c>messageGroup</c>.</summary>
    public string DeduplicationScope { get; init; } = "queue";

    /// <summary><c>perQueue</c> or <c>perMessageGroupId</c>.</summary>
    public string FifoThroughputLimit { get; init; } = "perQueue";

    private ImmutableSortedDictionary<string, string> Others { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

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
    public static bool IsKnown(string name) => Inert.Contains(name) || Fifo.Contains(name) || name == nameof(RedrivePolicy);

    /// <summary>All attributes under SQS's names.</summary>
    public IEnumerable<KeyValuePair<string, string>> ToAttributes()
    {
        yield return Number("VisibilityTimeout", VisibilityTimeout);
        yield return Number("DelaySeconds", DelaySeconds);
        yield return Number("MaximumMessageSize", MaximumMessageSize);
        yield return Number("MessageRetentionPeriod", MessageRetentionPeriod);
        yield return Number("ReceiveMessageWaitTimeSeconds", ReceiveMessageWaitTimeSeconds);
        if (RedrivePolicy is not null)
        {
            yield return new("RedrivePolicy", RedrivePolicy.ToJson());
        }

        if (FifoQueue)
        {
            yield return new("FifoQueue", "true");
            yield return new("ContentBasedDeduplication", ContentBasedDeduplication ? "true" : "false");
            yield return new("DeduplicationScope", DeduplicationScope);
            yield return new("FifoThroughputLimit", FifoThroughputLimit);
        }

        foreach (var other in Others)
        {
            yield return other;
        }
    }

    private static KeyValuePair<string, string> Number(string name, int value) => new(name, value.ToString(CultureInfo.InvariantCulture));

    private QueueSettings With(string name, string value) => name switch
    {
        "VisibilityTimeout" => this with { VisibilityTimeout = Integer(name, value, 0, 43_200) },
        "DelaySeconds" => this with { DelaySeconds = Integer(name, value, 0, 900) },
        "MaximumMessageSize" => this with { MaximumMessageSize = Integer(name, value, 1024, LargestMessage) },
        "MessageRetentionPeriod" => this with { MessageRetentionPeriod = Integer(name, value, 60, 1_209_600) },
        "ReceiveMessageWaitTimeSeconds" => this with { ReceiveMessageWaitTimeSeconds = Integer(name, value, 0, 20) },
        "RedrivePolicy" => this with { RedrivePolicy = Redrive(name, value) },
        "FifoQueue" => this with { FifoQueue = Boolean(name, value) },
        "ContentBasedDeduplication" => this with { ContentBasedDeduplication = Boolean(name, value) },
        "DeduplicationScope" => this with { DeduplicationScope = OneOf(name, value, "queue", "messageGroup") },
        "FifoThroughputLimit" => this with { FifoThroughputLimit = OneOf(name, value, "perQueue", "perMessageGroupId") },
        _ when Inert.Contains(name) => this with { Others = value.Length == 0 ? Others.Remove(name) : Others.SetItem(name, value) },
        _ => throw new SqsException(SqsError.InvalidAttributeName(name)),
    };

    private static int Integer(string name, string value, int minimum, int maximum) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum
            ? number
            : throw new SqsException(SqsError.InvalidAttributeValue(name));

    private static bool Boolean(string name, string value) =>
        bool.TryParse(value, out var boolean) ? boolean : throw new SqsException(SqsError.InvalidAttributeValue(name));

    private static string OneOf(string name, string value, string first, string second) =>
        value == first || value == second ? value : throw new SqsException(SqsError.InvalidAttributeValue(name));

    // An empty value takes the policy away.
    private static RedrivePolicy? Redrive(string name, string value) =>
        value.Length == 0 ? null
        : Queues.RedrivePolicy.TryParse(value, out var policy) ? policy
        : throw new SqsException(SqsError.InvalidAttributeValue(name));
}
