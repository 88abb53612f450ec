using PersistentCacheService.Prometheus.Exposition;

namespace PersistentCacheService.Prometheus.Series;

/// <summary>One set of labels of a family with its value(s). Recording is lock-free and allocates nothing.</summary>
internal abstract class MetricSeries
{
    /// <summary>Takes one measurement; called from any thread.</summary>
    public abstract void Record(double value);

    /// <summary>Writes the series' line(s).</summary>
    public abstract void Write(ExpositionWriter writer);
}
