using System.Collections.Frozen;
using Prometheus;
using Sidecar.Service;
using Stigg.Sidecar.V1;

namespace Sidecar.Observability;

/// <summary>The six documented counters (SIDECAR 4) and what we add to them. Series are looked up once: counting a read neither waits nor allocates.</summary>
internal sealed class SidecarMetrics
{
    // Exemplars belong to traces, and there are none.
    private static readonly CounterConfiguration Counted = new() { ExemplarBehavior = ExemplarBehavior.NoExemplars() };

    private readonly Counter _initializationErrors;
    private readonly Counter _invalidApiKeyErrors;
    private readonly Counter _networkRequestErrors;
    private readonly Counter _redisClientErrors;
    private readonly Counter _cacheHits;
    private readonly Counter _cacheMisses;
    private readonly FrozenDictionary<string, Histogram.Child> _durations;
    private readonly FrozenDictionary<string, ReadSeries> _reads;
    private readonly Gauge _realtime;

    public SidecarMetrics()
    {
        var metrics = Metrics.WithCustomRegistry(Registry);
        _initializationErrors = metrics.CreateCounter("sidecar_initialization_errors_total", "Failed attempts to initialize.", Counted);
        _invalidApiKeyErrors = metrics.CreateCounter("sidecar_invalid_api_key_errors_total", "Calls that Stigg refused because of the API key.", Counted);
        _networkRequestErrors = metrics.CreateCounter("sidecar_network_request_errors_total", "Calls to Stigg that failed.", Counted);
        _redisClientErrors = metrics.CreateCounter("sidecar_redis_client_errors_total", "Redis commands that failed.", Counted);
        _cacheHits = metrics.CreateCounter("sidecar_cache_hits_total", "Reads answered from the cache.", Counted);
        _cacheMisses = metrics.CreateCounter("sidecar_cache_misses_total", "Reads the cache could not answer.", Counted);
        var requests = metrics.CreateHistogram("sidecar_request_duration_seconds", "Duration of calls.", Timed("call"));
        var reads = metrics.CreateHistogram("sidecar_read_duration_seconds", "Time until a read was answered, by what answered it: hit, miss or fallback.", Timed("call", "answer"));
        var answers = metrics.CreateCounter("sidecar_answers_total", "Reads by what answered them: hit, miss or fallback.", ["call", "answer"], Counted);
        var calls = SidecarService.Descriptor.Methods.Select(static method => method.Name).ToList();
        _durations = calls.ToFrozenDictionary(static call => call, call => requests.WithLabels(call), StringComparer.Ordinal);
        _reads = calls.Where(static call => call.StartsWith("Get", StringComparison.Ordinal)).ToFrozenDictionary(static call => call, call => new ReadSeries(call, answers, reads), StringComparer.Ordinal);
        _realtime = metrics.CreateGauge("sidecar_realtime_connected", "1 while real-time updates flow; 0 also with Redis, where the worker brings them.");
        DotNetStats.Register(Registry);
    }

    /// <summary>What <c>/metrics</c> shows.</summary>
    public CollectorRegistry Registry { get; } = Metrics.NewCustomRegistry();

    /// <summary>The start's check of the API key failed.</summary>
    public void InitializationError() => _initializationErrors.Inc();

    /// <summary>Stigg refused the key.</summary>
    public void InvalidApiKey() => _invalidApiKeyErrors.Inc();

    /// <summary>A call to Stigg failed.</summary>
    public void NetworkError() => _networkRequestErrors.Inc();

    /// <summary>A Redis command failed.</summary>
    public void RedisError() => _redisClientErrors.Inc();

    /// <summary>A read was answered.</summary>
    /// <param name="call">Which call.</param>
    /// <param name="source">What answered it.</param>
    /// <param name="duration">How long that took.</param>
    public void Answered(string call, AnswerSource source, TimeSpan duration)
    {
        if (source == AnswerSource.Hit)
        {
            _cacheHits.Inc();
        }
        else if (source is AnswerSource.Miss or AnswerSource.Nothing)
        {
            _cacheMisses.Inc();
        }

        var reads = _reads[call];
        var series = source switch { AnswerSource.Hit => reads.Hits, AnswerSource.Miss => reads.Misses, _ => reads.Fallbacks };
        series.Count.Inc();
        series.Duration.Observe(duration.TotalSeconds);
    }

    /// <summary>Whether real-time updates flow.</summary>
    public void RealtimeIsConnected(bool value) => _realtime.Set(value ? 1 : 0);

    /// <summary>A call ended.</summary>
    public void Called(string call, TimeSpan duration) => _durations[call].Observe(duration.TotalSeconds);

    private static HistogramConfiguration Timed(params string[] labels) => new()
    {
        ExemplarBehavior = ExemplarBehavior.NoExemplars(),
        LabelNames = labels,
        Buckets = [.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10],
    };

    private sealed class ReadSeries(string call, Counter answers, Histogram durations)
    {
        public AnswerSeries Hits { get; } = new(answers.WithLabels(call, "hit"), durations.WithLabels(call, "hit"));

        public AnswerSeries Misses { get; } = new(answers.WithLabels(call, "miss"), durations.WithLabels(call, "miss"));

        public AnswerSeries Fallbacks { get; } = new(answers.WithLabels(call, "fallback"), durations.WithLabels(call, "fallback"));
    }

    private sealed record AnswerSeries(Counter.Child Count, Histogram.Child Duration);
}
