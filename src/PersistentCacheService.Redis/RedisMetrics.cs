using System.Diagnostics.Metrics;

namespace PersistentCacheService.Redis;

/// <summary>The client's instruments. Every client has a meter of its own under the same name.</summary>
public sealed class RedisMetrics : IDisposable
{
    /// <summary>Name of the meter to subscribe to.</summary>
    public const string MeterName = "PersistentCacheService.Redis";

    /// <summary>Values of the label <c>result</c> of <c>persistent_cache_redis_connects_total</c>.</summary>
    public static readonly IReadOnlyList<string> ConnectResults = ["ready", "failed"];

    /// <summary>A round trip is 0.05..1 ms on a good network; the timeout is some seconds.</summary>
    private static readonly double[] DurationBounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private static readonly KeyValuePair<string, object?>[] KindTags =
        [.. Enum.GetValues<RedisErrorKind>().Select(kind => new KeyValuePair<string, object?>("kind", ToLabel(kind)))];

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _connects;
    private readonly Counter<long> _errors;
    private readonly Histogram<double> _duration;

    internal RedisMetrics(Func<bool> isConnected, Func<int> inFlight)
    {
        _connects = _meter.CreateCounter<long>("persistent_cache_redis_connects_total", unit: null, "Attempts to connect to Redis, by result.");
        _errors = _meter.CreateCounter<long>("persistent_cache_redis_errors_total", unit: null, "Failed Redis commands and connections, by kind of error.");
        _duration = _meter.CreateHistogram(
            "persistent_cache_redis_command_duration_seconds",
            unit: "s",
            description: "Time from handing a command over to its reply.",
            tags: null,
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBounds });
        _meter.CreateObservableGauge("persistent_cache_redis_connected", () => isConnected() ? 1 : 0, unit: null, "1 while the connection to Redis is ready.");
        _meter.CreateObservableGauge("persistent_cache_redis_commands_in_flight", inFlight, unit: null, "Commands sent to Redis and not yet answered.");
    }

    /// <summary>Every value the label <c>kind</c> of <c>persistent_cache_redis_errors_total</c> can have.</summary>
    public static IReadOnlyList<string> ErrorKinds { get; } = [.. Enum.GetValues<RedisErrorKind>().Select(ToLabel)];

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    internal void CountConnect(bool ready) => _connects.Add(1, new KeyValuePair<string, object?>("result", ready ? "ready" : "failed"));

    internal void CountError(RedisErrorKind kind, int times = 1)
    {
        if (times > 0)
        {
            _errors.Add(times, KindTags[(int)kind]);
        }
    }

    /// <summary>Records a command's time, both ends being timestamps of the same clock.</summary>
    internal void RecordDuration(TimeProvider clock, long start, long end) => _duration.Record(clock.GetElapsedTime(start, end).TotalSeconds);

    private static string ToLabel(RedisErrorKind kind) =>
        string.Concat(kind.ToString().Select((c, i) => char.IsUpper(c) ? (i == 0 ? string.Empty : "_") + char.ToLowerInvariant(c) : c.ToString()));
}
