using PersistentCacheService.Prometheus.Exposition;

namespace PersistentCacheService.Prometheus.Series;

/// <summary>A gauge that is set: the last measurement.</summary>
internal sealed class LastValueSeries(byte[] linePrefix) : MetricSeries
{
    private double _value;

    public override void Record(double value) => Volatile.Write(ref _value, value);

    public override void Write(ExpositionWriter writer) => writer.WriteSample(linePrefix, Volatile.Read(ref _value));
}
