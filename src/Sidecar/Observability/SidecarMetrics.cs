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
        var requests = metrics.CreateHistogram(
            "sidecar_request_duration_seconds",
            "Duration of calls.",
            new HistogramConfiguration { ExemplarBehavior = ExemplarBehavior.NoExemplars(), LabelNames = ["call"], Buckets = [.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10] });
        var answers = metrics.CreateCounter("sidecar_answers_total", "Reads by what answered them: hit, miss or fallback.", ["call", "answer"], Counted);
        var calls = SidecarService.Descriptor.Methods.Select(static method => method.Name).ToList();
        _durations = calls.ToFrozenDictionary(static call => call, call => requests.WithLabels(call), StringComparer.Ordinal);
        _reads = calls.Where(static call => call.StartsWith("Get", StringComparison.Ordinal)).ToFrozenDictionary(static call => call, call => new ReadSeries(call, answers), StringComparer.Ordinal);
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
    public void Answered(string call, AnswerSource source)
    {
        switch (source)
        {
            case AnswerSource.Hit:
                _cacheHits.Inc();
                _reads[call].Hits.Inc();
                break;
            case AnswerSource.Miss:
                _cacheMisses.Inc();
                _reads[call].Misses.Inc();
                break;
            case AnswerSource.Nothing:
                _cacheMisses.Inc();
                _reads[call].Fallbacks.Inc();
                break;
            default:
                _reads[call].Fallbacks.Inc();
                break;
        }
    }

    /// <summary>Whether real-time updates flow.</summary>
    public void RealtimeIsConnected(bool value) => _realtime.Set(value ? 1 : 0);

    /// <summary>A call ended.</summary>
    public void Called(string call, TimeSpan duration) => _durations[call].Observe(duration.TotalSeconds);

    private sealed class ReadSeries(string call, Counter answers)
    {
        public Counter.Child Hits { get; } = answers.WithLabels(call, "hit");

        public Counter.Child Misses { get; } = answers.WithLabels(call, "miss");

        public Counter.Child Fallbacks { get; } = answers.WithLabels(call, "fallback");
    }
}
