using PersistentCacheService.Prometheus;

namespace PersistentCacheService.Observability;

/// <summary>The registry behind <c>/metrics</c>, with every bounded series present from the first scrape.</summary>
internal static class MetricsPage
{
    /// <summary>Creates the registry over our meter; no framework's is shown.</summary>
    public static PrometheusRegistry CreateRegistry()
    {
        var registry = new PrometheusRegistry(static meter => string.Equals(meter.Name, Instruments.MeterName, StringComparison.Ordinal));
        foreach (var instrument in Instruments.All)
        {
            registry.Declare(instrument.Name, [.. instrument.Labels.Select(static label => new LabelValues(label.Name, label.Values))]);
        }

        return registry;
    }
}
