using System.Globalization;

namespace LocalSqs;

/// <summary>A queue to create. Null leaves SQS's default.</summary>
/// <param name="Name">Name, 1..80 of <c>A-Za-z0-9_-</c>; one that ends with <c>.fifo</c> makes a FIFO queue.</param>
public sealed record LocalQueueOptions(string Name)
{
    /// <summary>Seconds, 0..43200; SQS's default is 30.</summary>
    public int? VisibilityTimeoutSeconds { get; init; }

    /// <summary>Seconds, 0..900; SQS's default is 0.</summary>
    public int? DelaySeconds { get; init; }

    /// <summary>Seconds, 0..20, that a receive waits which does not say; SQS's default is 0.</summary>
    public int? ReceiveWaitSeconds { get; init; }

    /// <summary>Name of the dead-letter queue; created when it does not exist.</summary>
    public string? DeadLetterQueue { get; init; }

    /// <summary>Receives after which a message goes to <see cref="DeadLetterQueue"/>, 1..1000.</summary>
    public int MaxReceiveCount { get; init; } = 3;

    /// <summary>FIFO only: an id is made of the body when a message has none.</summary>
    public bool ContentBasedDeduplication { get; init; }

    internal bool IsFifo => Name.EndsWith(".fifo", StringComparison.Ordinal);

    internal Dictionary<string, string> ToAttributes(Func<string, string> arnOf)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        Add("VisibilityTimeout", VisibilityTimeoutSeconds);
        Add("DelaySeconds", DelaySeconds);
        Add("ReceiveMessageWaitTimeSeconds", ReceiveWaitSeconds);
        if (IsFifo)
        {
            attributes["FifoQueue"] = "true";
            attributes["ContentBasedDeduplication"] = ContentBasedDeduplication ? "true" : "false";
        }

        if (DeadLetterQueue is not null)
        {
            attributes["RedrivePolicy"] = new Queues.RedrivePolicy(arnOf(DeadLetterQueue), MaxReceiveCount).ToJson();
        }

        return attributes;

        void Add(string name, int? value)
        {
            if (value is not null)
            {
                attributes[name] = value.Value.ToString(CultureInfo.InvariantCulture);
            }
        }
    }
}
