using PersistentCacheService.Prometheus.Exposition;

namespace PersistentCacheService.Prometheus.Series;

/// <summary>Counts per bucket. The page's <c>_count</c> is the sum of the buckets read, so that it always equals <c>le="+Inf"</c>.</summary>
internal sealed class HistogramSeries : MetricSeries
{
    private readonly double[] _bounds;
    private readonly byte[][] _bucketPrefixes;
    private readonly byte[] _sumPrefix;
    private readonly byte[] _countPrefix;
    private readonly StripedCells _cells;

    /// <param name="bounds">Upper bounds, ascending, without +Inf.</param>
    /// <param name="bucketPrefixes">One line prefix per bound and one for +Inf.</param>
    /// <param name="sumPrefix">The line prefix of <c>_sum</c>.</param>
    /// <param name="countPrefix">The line prefix of <c>_count</c>.</param>
    public HistogramSeries(double[] bounds, byte[][] bucketPrefixes, byte[] sumPrefix, byte[] countPrefix)
    {
        _bounds = bounds;
        _bucketPrefixes = bucketPrefixes;
        _sumPrefix = sumPrefix;
        _countPrefix = countPrefix;
        // One cell per bound, one for +Inf, one for the sum.
        _cells = new StripedCells(bounds.Length + 2);
    }

    public override void Record(double value)
    {
        _cells.Add(BucketOf(value), 1);
        _cells.Add(_bounds.Length + 1, value);
    }

    public override void Write(ExpositionWriter writer)
    {
        var cumulative = 0.0;
        for (var bucket = 0; bucket < _bucketPrefixes.Length; bucket++)
        {
            cumulative += _cells.Total(bucket);
            writer.WriteSample(_bucketPrefixes[bucket], cumulative);
        }

        writer.WriteSample(_sumPrefix, _cells.Total(_bounds.Length + 1));
        writer.WriteSample(_countPrefix, cumulative);
    }

    // Linear: most observations fall into the first buckets, and there are fewer than twenty.
    private int BucketOf(double value)
    {
        var bounds = _bounds;
        var bucket = 0;
        while (bucket < bounds.Length && value > bounds[bucket])
        {
            bucket++;
        }

        return bucket;
    }
}
