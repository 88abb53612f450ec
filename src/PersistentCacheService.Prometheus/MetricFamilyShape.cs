using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using PersistentCacheService.Prometheus.Exposition;
using PersistentCacheService.Prometheus.Series;

namespace PersistentCacheService.Prometheus;

/// <summary>What a metric name stands for: its type, help text and buckets, read off the instrument.</summary>
/// <param name="Name">The name on the page, exactly the instrument's where that is legal: nothing is appended for type or unit.</param>
/// <param name="Help">The instrument's description.</param>
/// <param name="Kind">The type on the page.</param>
/// <param name="Observed">True when values come from callbacks at the scrape.</param>
/// <param name="Monotonic">True for counters: measurements below zero are refused.</param>
/// <param name="Bounds">Upper bounds of a histogram's buckets, ascending, without +Inf; empty for other types.</param>
internal sealed record MetricFamilyShape(string Name, string Help, MetricKind Kind, bool Observed, bool Monotonic, double[] Bounds)
{
    // The defaults of Prometheus' own client libraries, seconds of a typical request.
    private static readonly double[] DefaultBounds = [.005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10];

    private readonly string[] _boundTexts = [.. Bounds.Append(double.PositiveInfinity).Select(LineRenderer.Bound)];

    /// <summary>Reads the shape off an instrument; null for a type of instrument this library does not know.</summary>
    public static MetricFamilyShape? Of(Instrument instrument)
    {
        if (!instrument.GetType().IsGenericType)
        {
            return null;
        }

        var type = instrument.GetType().GetGenericTypeDefinition();
        var name = MetricNames.Metric(instrument.Name);
        var help = instrument.Description ?? string.Empty;
        if (type == typeof(Histogram<>))
        {
            return new(name, help, MetricKind.Histogram, Observed: false, Monotonic: false, BoundsOf(instrument));
        }

        var isCounter = type == typeof(Counter<>) || type == typeof(ObservableCounter<>);
        var isGauge = type == typeof(UpDownCounter<>) || type == typeof(ObservableUpDownCounter<>)
            || type == typeof(Gauge<>) || type == typeof(ObservableGauge<>);
        return isCounter || isGauge
            ? new(name, help, isCounter ? MetricKind.Counter : MetricKind.Gauge, instrument.IsObservable, isCounter, [])
            {
                KeepsLastValue = type == typeof(Gauge<>),
            }
            : null;
    }

    /// <summary>True for gauges that are set rather than added to.</summary>
    public bool KeepsLastValue { get; init; }

    /// <summary>True when another instrument of this name can feed the same family.</summary>
    public bool IsSameAs(MetricFamilyShape other) =>
        Kind == other.Kind && Observed == other.Observed && KeepsLastValue == other.KeepsLastValue && Bounds.AsSpan().SequenceEqual(other.Bounds);

    /// <summary>False for a value that would spoil the series for ever: a counter's step down, a NaN in a sum.</summary>
    public bool Accepts(double value) => Kind switch
    {
        MetricKind.Counter => value >= 0,
        MetricKind.Histogram => !double.IsNaN(value),
        _ => Observed || KeepsLastValue || !double.IsNaN(value),
    };

    /// <summary>Sorts the labels by name and makes the names legal.</summary>
    /// <returns>False when two names coincide or one is reserved: the line would make the whole page unreadable.</returns>
    public bool TryRenderLabels(
        ReadOnlySpan<KeyValuePair<string, string>> labels,
        [NotNullWhen(true)] out KeyValuePair<string, string>[]? rendered)
    {
        rendered = new KeyValuePair<string, string>[labels.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            rendered[i] = new(MetricNames.Label(labels[i].Key), labels[i].Value);
        }

        Array.Sort(rendered, static (x, y) => string.CompareOrdinal(x.Key, y.Key));
        for (var i = 0; i < rendered.Length; i++)
        {
            var isReserved = Kind == MetricKind.Histogram && string.Equals(rendered[i].Key, "le", StringComparison.Ordinal);
            if (isReserved || (i > 0 && string.Equals(rendered[i].Key, rendered[i - 1].Key, StringComparison.Ordinal)))
            {
                rendered = null;
                return false;
            }
        }

        return true;
    }

    /// <summary>A new series with the value zero.</summary>
    public MetricSeries CreateSeries(IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        if (Kind == MetricKind.Histogram)
        {
            return new HistogramSeries(
                Bounds,
                [.. _boundTexts.Select(le => LineRenderer.Prefix(Name + "_bucket", labels, le))],
                LineRenderer.Prefix(Name + "_sum", labels),
                LineRenderer.Prefix(Name + "_count", labels));
        }

        var prefix = LineRenderer.Prefix(Name, labels);
        return Observed ? new ObservedSeries(prefix) : KeepsLastValue ? new LastValueSeries(prefix) : new SumSeries(prefix);
    }

    private static double[] BoundsOf(Instrument instrument)
    {
        var advised = instrument switch
        {
            Histogram<double> histogram => histogram.Advice?.HistogramBucketBoundaries,
            Histogram<long> histogram => histogram.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound),
            Histogram<int> histogram => histogram.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound),
            Histogram<float> histogram => histogram.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound),
            _ => null,
        };
        var bounds = advised?.Where(double.IsFinite).ToArray();
        return bounds is { Length: > 0 } ? bounds : DefaultBounds;
    }
}
