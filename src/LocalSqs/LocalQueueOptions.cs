using System.Globalization;

namespace LocalSqs;

/// <summary>A queue to create. Null leaves SQS's default.</summary>
/// <param name="Name">Name, 1..80 of <c>A-Za-z0-9_-</c>; one that ends with <c>.fifo</c> makes a FIFO queue.</param>
public sealed record LocalQueueOptions(string Name)
{
    /// <summary>Seconds, 0..43200; SQS's default is 30.</summary>
    public int? VisibilityTimeoutSeconds { get; init; }

    /// <summary>Name of the dead-letter queue; created when it does not exist.</summary>
    public string? DeadLetterQueue { get; init; }

    /// <summary>Receives after which a message goes to <see cref="DeadLetterQueue"/>, 1..1000.</summary>
    public int MaxReceiveCount { get; init; } = 3;

    internal bool IsFifo => Name.EndsWith(".fifo", StringComparison.Ordinal);

    internal Dictionary<string, string> ToAttributes(Func<string, string> arnOf)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        if (VisibilityTimeoutSeconds is { } seconds)
        {
            attributes["VisibilityTimeout"] = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (IsFifo)
        {
            attributes["FifoQueue"] = "true";
        }

        if (DeadLetterQueue is not null)
        {
            attributes["RedrivePolicy"] = new Queues.RedrivePolicy(arnOf(DeadLetterQueue), MaxReceiveCount).ToJson();
        }

        return attributes;
    }
}
