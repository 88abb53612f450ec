using EntitlementCache.Redis;

namespace EntitlementCache.Observability;

/// <summary>Measures the commands to Redis and the connections.</summary>
internal sealed class RedisMetrics(MetricsPage page)
{
    // Positions of the label's values.
    private const int Ready = 0;
    private const int Failure = 1;

    private readonly CounterSeries _connects = SharedInstruments.RedisConnects.Create(page);
    private readonly CounterSeries _errors = SharedInstruments.RedisErrors.Create(page);
    private readonly HistogramSeries _duration = SharedInstruments.RedisCommandDuration.Create(page);

    /// <summary>Failed commands, and connections that could not be made or ended, since the start.</summary>
    public double Failures => _errors.TotalFrom(0);

    /// <summary>An attempt to connect succeeded.</summary>
    public void Connected() => _connects.Add(1, Ready);

    /// <summary>An attempt to connect failed; its reason is counted, too.</summary>
    public void ConnectFailed() => _connects.Add(1, Failure);

    /// <summary>A command failed, or a connection could not be made or ended.</summary>
    public void Failed(RedisFailureKind kind) => _errors.Add(1, (int)kind);

    /// <summary>A command had its reply, an error not being one.</summary>
    public void Answered(TimeSpan duration) => _duration.Record(duration.TotalSeconds);
}
