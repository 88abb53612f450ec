using PersistentCacheService.Prometheus;
using PersistentCacheService.Redis;
using PersistentCacheService.Sentry;

namespace PersistentCacheService.Observability;

/// <summary>The registry behind <c>/metrics</c>, with every bounded series present from the first scrape.</summary>
internal static class MetricsPage
{
    /// <summary>Creates the registry over the meters of this process.</summary>
    public static PrometheusRegistry CreateRegistry()
    {
        // "PersistentCacheService" and "PersistentCacheService.Redis", ".Sentry", ".Runtime": all of ours and no framework's.
        var registry = new PrometheusRegistry(static meter => meter.Name.StartsWith(ServiceMetrics.MeterName, StringComparison.Ordinal));
        foreach (var name in ServiceMetrics.Unlabelled)
        {
            registry.Declare(name);
        }

        registry.Declare("persistent_cache_messages_total", new("type", ServiceMetrics.Types), new("outcome", ServiceMetrics.Outcomes));
        registry.Declare("persistent_cache_receive_calls_total", new LabelValues("result", ServiceMetrics.ReceiveResults));
        registry.Declare("persistent_cache_delete_entries_total", new LabelValues("result", ServiceMetrics.DeleteResults));
        registry.Declare("persistent_cache_visibility_returns_total", new LabelValues("reason", ServiceMetrics.ReturnReasons));
        registry.Declare("persistent_cache_edge_calls_total", new LabelValues("result", ServiceMetrics.EdgeResults));
        registry.Declare("persistent_cache_redis_connects_total", new LabelValues("result", RedisMetrics.ConnectResults));
        registry.Declare("persistent_cache_redis_errors_total", new LabelValues("kind", RedisMetrics.ErrorKinds));
        registry.Declare("persistent_cache_redis_command_duration_seconds");
        registry.Declare(SentryReporter.EventsMetricName, new LabelValues(SentryReporter.OutcomeLabel, SentryReporter.EventOutcomes));
        return registry;
    }
}
