using PersistentCacheService.Prometheus.Exposition;

namespace PersistentCacheService.Prometheus.Series;

/// <summary>A counter or up-down counter: the sum of its measurements.</summary>
internal sealed class SumSeries(byte[] linePrefix) : MetricSeries
{
    private readonly StripedCells _sum = new(cellsPerStripe: 1);

    public override void Record(double value) => _sum.Add(cell: 0, value);

    public override void Write(ExpositionWriter writer) => writer.WriteSample(linePrefix, _sum.Total(cell: 0));
}
