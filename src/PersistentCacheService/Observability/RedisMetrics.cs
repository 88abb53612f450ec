using PersistentCacheService.Redis;

namespace PersistentCacheService.Observability;

/// <summary>Measures what the Redis client reports.</summary>
internal sealed class RedisMetrics(MetricsPage page) : IRedisObserver
{
    // Positions of the label's values.
    private const int Ready = 0;
    private const int Failure = 1;

    private readonly CounterSeries _connects = Instruments.RedisConnects.Create(page);
    private readonly CounterSeries _errors = Instruments.RedisErrors.Create(page);
    private readonly HistogramSeries _duration = Instruments.RedisCommandDuration.Create(page);

    /// <inheritdoc/>
    public void Connected() => _connects.Add(1, Ready);

    /// <inheritdoc/>
    public void ConnectFailed() => _connects.Add(1, Failure);

    /// <inheritdoc/>
    public void Failed(RedisErrorKind kind, int times) => _errors.Add(times, (int)kind);

    /// <inheritdoc/>
    public void Answered(TimeSpan duration) => _duration.Record(duration.TotalSeconds);
}
