using PersistentCacheService.Prometheus.Exposition;

namespace PersistentCacheService.Prometheus.Series;

/// <summary>
/// What an observable instrument reports when asked. A value lives for one collection only: a callback that fails, or that has
/// nothing to say (a figure not known yet), leaves the series out of that page instead of repeating a stale number.
/// Used only under the registry's collection lock.
/// </summary>
internal sealed class ObservedSeries(byte[] linePrefix) : MetricSeries
{
    private double _value;
    private bool _observed;

    public override void Record(double value)
    {
        _value = value;
        _observed = true;
    }

    public override void Write(ExpositionWriter writer)
    {
        if (_observed)
        {
            writer.WriteSample(linePrefix, _value);
            _observed = false;
        }
    }
}
