using System.Diagnostics.Metrics;
using PersistentCacheService.Redis;

namespace PersistentCacheService.Observability;

/// <summary>Measures what the Redis client reports.</summary>
internal sealed class RedisMetrics(ServiceMetrics metrics) : IRedisObserver
{
    private readonly Counter<long> _connects = Instruments.RedisConnects.Create(metrics.Meter);
    private readonly Counter<long> _errors = Instruments.RedisErrors.Create(metrics.Meter);
    private readonly Histogram<double> _duration = Instruments.RedisCommandDuration.Create(metrics.Meter);

    /// <inheritdoc/>
    public void Connected() => _connects.Add(1, Instruments.ConnectResults[0]);

    /// <inheritdoc/>
    public void ConnectFailed() => _connects.Add(1, Instruments.ConnectResults[1]);

    /// <inheritdoc/>
    public void Failed(RedisErrorKind kind, int times) => _errors.Add(times, Instruments.RedisErrorKinds[(int)kind]);

    /// <inheritdoc/>
    public void Answered(TimeSpan duration) => _duration.Record(duration.TotalSeconds);
}
