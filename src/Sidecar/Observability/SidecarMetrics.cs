using Prometheus;

namespace Sidecar.Observability;

/// <summary>The six documented counters (SIDECAR 4) and what we add to them.</summary>
internal sealed class SidecarMetrics
{
    private readonly Counter _initializationErrors;
    private readonly Counter _invalidApiKeyErrors;
    private readonly Counter _networkRequestErrors;
    private readonly Counter _redisClientErrors;
    private readonly Counter _cacheHits;
    private readonly Counter _cacheMisses;
    private readonly Histogram _requests;
    private readonly Counter _answers;
    private readonly Gauge _realtime;

    public SidecarMetrics()
    {
        var metrics = Metrics.WithCustomRegistry(Registry);
        _initializationErrors = metrics.CreateCounter("sidecar_initialization_errors_total", "Failed attempts to initialize.");
        _invalidApiKeyErrors = metrics.CreateCounter("sidecar_invalid_api_key_errors_total", "Calls that Stigg refused because of the API key.");
        _networkRequestErrors = metrics.CreateCounter("sidecar_network_request_errors_total", "Calls to Stigg that failed.");
        _redisClientErrors = metrics.CreateCounter("sidecar_redis_client_errors_total", "Redis commands that failed.");
        _cacheHits = metrics.CreateCounter("sidecar_cache_hits_total", "Reads answered from the cache.");
        _cacheMisses = metrics.CreateCounter("sidecar_cache_misses_total", "Reads the cache could not answer.");
        _requests = metrics.CreateHistogram(
            "sidecar_request_duration_seconds",
            "Duration of calls.",
            new HistogramConfiguration { LabelNames = ["call"], Buckets = [.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10] });
        _answers = metrics.CreateCounter("sidecar_answers_total", "Reads by what answered them: hit, miss or fallback.", "call", "answer");
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
    public void Answered(string call, Service.AnswerSource source)
    {
        switch (source)
        {
            case Service.AnswerSource.Hit:
                _cacheHits.Inc();
                break;
            case Service.AnswerSource.Miss or Service.AnswerSource.Nothing:
                _cacheMisses.Inc();
                break;
        }

        _answers.WithLabels(call, source switch { Service.AnswerSource.Hit => "hit", Service.AnswerSource.Miss => "miss", _ => "fallback" }).Inc();
    }

    /// <summary>Whether real-time updates flow.</summary>
    public void RealtimeIsConnected(bool value) => _realtime.Set(value ? 1 : 0);

    /// <summary>A call ended.</summary>
    public void Called(string call, TimeSpan duration) => _requests.WithLabels(call).Observe(duration.TotalSeconds);
}
