using System.Globalization;

namespace EndToEnd.Processes;

/// <summary>A page of metrics in the Prometheus text format, read once.</summary>
internal sealed class Exposition
{
    private readonly Dictionary<string, double> _series;

    private Exposition(Dictionary<string, double> series) => _series = series;

    /// <summary>A page with nothing on it: what a process without metrics tells.</summary>
    public static Exposition Empty { get; } = new(new Dictionary<string, double>(StringComparer.Ordinal));

    public static Exposition Parse(string page)
    {
        var series = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in page.Split('\n').Where(static line => line.Length > 0 && line[0] != '#'))
        {
            var split = line.LastIndexOf(' ');
            series[line[..split]] = double.Parse(line[(split + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture);
        }

        return new Exposition(series);
    }

    /// <summary>Value of a series, its labels as printed; null when it is not on the page.</summary>
    public double? Value(string series) => _series.TryGetValue(series, out var value) ? value : null;

    /// <summary>Cumulative counts of a histogram without labels, by upper bound, rising; empty when it is not on the page.</summary>
    public IReadOnlyList<Bucket> Buckets(string histogram)
    {
        var prefix = histogram + "_bucket{le=\"";
        return
        [
            .. _series
                .Where(series => series.Key.StartsWith(prefix, StringComparison.Ordinal))
                .Select(series => new Bucket(Bound(series.Key[prefix.Length..^2]), series.Value))
                .OrderBy(static bucket => bucket.UpperBound),
        ];
    }

    private static double Bound(string text) => string.Equals(text, "+Inf", StringComparison.Ordinal) ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);
}
