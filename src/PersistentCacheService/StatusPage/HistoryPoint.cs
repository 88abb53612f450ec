namespace PersistentCacheService.StatusPage;

/// <summary>What happened in one interval, or held at its end.</summary>
/// <param name="Processed">Messages processed a second.</param>
/// <param name="Failed">Messages not applied, malformed ones included, a second.</param>
/// <param name="InFlight">Messages in flight at the end.</param>
/// <param name="WriteMilliseconds">Mean time of a write to Redis; null: there was none.</param>
/// <param name="EdgeAnswered">Calls to the Edge API that brought an answer, a second.</param>
/// <param name="EdgeFailed">Those that failed, a second.</param>
/// <param name="RedisErrors">Failed commands to Redis and failed or lost connections, a second.</param>
/// <param name="QueueErrors">Failed receive calls, a second.</param>
internal readonly record struct HistoryPoint(
    double Processed, double Failed, int InFlight, double? WriteMilliseconds, double EdgeAnswered, double EdgeFailed, double RedisErrors, double QueueErrors)
{
    /// <summary>Largest age of a message lately, in seconds: of each queue, in the order of QUEUE_URL.</summary>
    public IReadOnlyList<double> Lags { get; init; } = [];
}
