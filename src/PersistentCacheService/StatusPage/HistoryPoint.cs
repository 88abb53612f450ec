namespace PersistentCacheService.StatusPage;

/// <summary>What happened in one interval, or held at its end.</summary>
internal readonly record struct HistoryPoint()
{
    /// <summary>Messages processed a second.</summary>
    public double Processed { get; init; }

    /// <summary>Messages not applied, malformed ones included, a second.</summary>
    public double Failed { get; init; }

    /// <summary>Messages in flight at the end.</summary>
    public int InFlight { get; init; }

    /// <summary>Mean time of a write to Redis; null: there was none.</summary>
    public double? WriteMilliseconds { get; init; }

    /// <summary>Calls to the Edge API that brought an answer, a second.</summary>
    public double EdgeAnswered { get; init; }

    /// <summary>Those that failed, a second.</summary>
    public double EdgeFailed { get; init; }

    /// <summary>Failed commands to Redis and failed or lost connections, a second.</summary>
    public double RedisErrors { get; init; }

    /// <summary>Failed receive calls, a second.</summary>
    public double QueueErrors { get; init; }

    /// <summary>Largest age of a message lately, in seconds: of each queue, in the order of QUEUE_URL.</summary>
    public IReadOnlyList<double> Lags { get; init; } = [];
}
