namespace PersistentCacheService.Commands.DeadLetters;

/// <summary>How <c>replay</c> moves messages.</summary>
internal enum ReplayWay
{
    /// <summary>A move task where nothing speaks against it, else by sending.</summary>
    Auto,

    /// <summary>SQS moves them by itself (StartMessageMoveTask).</summary>
    Move,

    /// <summary>Each is sent, then deleted.</summary>
    Send,
}

/// <summary>What a <c>dlq</c> command line asks for.</summary>
internal sealed record DeadLetterOptions
{
    /// <summary>Messages looked at, unless another number is asked for: some MB of memory and a minute of calls.</summary>
    public const int DefaultLimit = 10_000;

    /// <summary>Which messages are meant.</summary>
    public DeadLetterFilter Filter { get; init; } = new();

    /// <summary>URL of the dead-letter queue; null: the one of the main queue's redrive policy.</summary>
    public Uri? QueueUrl { get; init; }

    /// <summary>Name of the main queue, of several; null: the only one.</summary>
    public string? MainQueue { get; init; }

    /// <summary>Messages looked at, at most.</summary>
    public int Limit { get; init; } = DefaultLimit;

    /// <summary>Messages a second, 1..500; null: as fast as it goes.</summary>
    public int? Rate { get; init; }

    /// <summary>How to move.</summary>
    public ReplayWay Way { get; init; }

    /// <summary>Print JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Print the body.</summary>
    public bool ShowBody { get; init; }

    /// <summary>Do not ask.</summary>
    public bool Yes { get; init; }
}
