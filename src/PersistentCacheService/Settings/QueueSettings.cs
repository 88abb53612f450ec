namespace PersistentCacheService.Settings;

/// <summary>Which queue is consumed, and how.</summary>
internal sealed record QueueSettings
{
    /// <summary>AWS region that requests are signed for.</summary>
    public required string Region { get; init; }

    /// <summary>The queue.</summary>
    public required Uri Url { get; init; }

    /// <summary>Endpoint in place of the origin of <see cref="Url"/>.</summary>
    public Uri? ServiceUrl { get; init; }

    /// <summary>Messages asked for in one receive call, 1..10.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Receive loops, 1..100.</summary>
    public required int Consumers { get; init; }

    /// <summary>Limit of messages held at once, at least <see cref="BatchSize"/>.</summary>
    public required int MaxInFlight { get; init; }

    /// <summary>Long poll of a receive call, 0..20 s.</summary>
    public required TimeSpan WaitTime { get; init; }

    /// <summary>Override of the queue's visibility timeout; null: the queue's own.</summary>
    public TimeSpan? VisibilityTimeout { get; init; }

    /// <summary>Where its credentials come from.</summary>
    public QueueCredentialSource Credentials { get; init; }

    /// <summary>ARNs of the roles to assume, one after the other; empty: none.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Whether this process consumes others, too.</summary>
    public bool IsOneOfSeveral { get; init; }

    /// <summary>FIFO queues are known by their name, as everywhere in AWS.</summary>
    public bool IsFifo => Url.AbsolutePath.EndsWith(".fifo", StringComparison.Ordinal);

    /// <summary>The queue's name: the last part of its URL. Fit for logs, which the URL with its account id need not be.</summary>
    public string Name => Url.Segments[^1].TrimEnd('/');
}
