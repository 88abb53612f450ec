using EndToEnd.Processes;

namespace EndToEnd.Measuring;

/// <summary>Medians and quantiles.</summary>
internal static class Quantile
{
    /// <summary>The middle value; of an even number the mean of the two in the middle; null without values.</summary>
    public static double? Median(IEnumerable<double?> values)
    {
        var sorted = values.OfType<double>().Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length switch
        {
            0 => null,
            var length when length % 2 == 1 => sorted[middle],
            _ => (sorted[middle - 1] + sorted[middle]) / 2,
        };
    }

    /// <summary>Quantile of what a histogram gained between two readings, interpolated within its bucket as PromQL's histogram_quantile does.</summary>
    /// <returns>Null when it gained nothing; the largest finite bound when the quantile lies above it.</returns>
    public static double? OfGain(IReadOnlyList<Bucket> before, IReadOnlyList<Bucket> after, double share)
    {
        var gains = after.Select((bucket, index) => new Bucket(bucket.UpperBound, bucket.Count - (index < before.Count ? before[index].Count : 0))).ToArray();
        if (gains.Length == 0 || gains[^1].Count <= 0)
        {
            return null;
        }

        var rank = share * gains[^1].Count;
        var index = Array.FindIndex(gains, bucket => bucket.Count >= rank);
        var (lower, below) = index == 0 ? (0, 0) : (gains[index - 1].UpperBound, gains[index - 1].Count);
        var (upper, upTo) = (gains[index].UpperBound, gains[index].Count);
        return double.IsPositiveInfinity(upper) || upTo <= below ? lower : lower + ((upper - lower) * (rank - below) / (upTo - below));
    }
}
