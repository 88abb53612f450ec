namespace EndToEnd.Scenarios;

/// <summary>One row of the table: who drains what, and how.</summary>
/// <param name="Group">Heading that the row stands under.</param>
/// <param name="Name">What the row shows, in words; unique.</param>
internal sealed record Scenario(string Group, string Name)
{
    public Subject Subject { get; init; }

    /// <summary>1..10 messages for one receive.</summary>
    public int BatchSize { get; init; } = 10;

    /// <summary>Receive loops of each process.</summary>
    public int Consumers { get; init; } = 10;

    /// <summary>Added to each SQS call while it is measured, in ms; not while the cache is primed.</summary>
    public int LatencyMs { get; init; }

    /// <summary>Processes, all on one core.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>CACHE_LAYOUT.</summary>
    public string Layout { get; init; } = "v3";

    /// <summary>Customers that the messages are about.</summary>
    public int Customers { get; init; } = 500;

    /// <summary>Whether the messages measured are the first entitlements of each customer instead of the mix.</summary>
    public bool WritesNewCustomers { get; init; }

    /// <summary>Features of each customer.</summary>
    public int Features { get; init; } = 10;

    /// <summary>Share of usage messages, 0..1.</summary>
    public double UsageShare { get; init; } = 0.7;

    /// <summary>Share of messages that are delivered twice.</summary>
    /// <remarks>
    /// None to the peer: it names the entries of a DeleteMessageBatch by message id, and SQS refuses a batch that names one twice, so that the ten
    /// messages come again and again.
    /// </remarks>
    public double Duplicates => Subject == Subject.Peer ? 0 : 0.05;

    /// <summary>Messages put into the queue at once.</summary>
    public int Messages { get; init; } = 50_000;

    /// <summary>Messages after which the measurement ends although there are more; null drains the queue.</summary>
    public int? EndsAfter { get; init; }

    /// <summary>Share of messages that are traced, 0..1, their spans sent to a collector that only says yes; null: tracing is off.</summary>
    public double? TracedShare { get; init; }

    /// <summary>Whether Redis is a server that only says yes.</summary>
    public bool NullRedis { get; init; }

    /// <summary>Runs at most; rows about memory need only one.</summary>
    public int MaxRuns { get; init; } = int.MaxValue;

    /// <summary>Further environment variables of the consuming process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
