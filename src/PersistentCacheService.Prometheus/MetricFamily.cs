using System.Collections.Concurrent;
using PersistentCacheService.Prometheus.Exposition;
using PersistentCacheService.Prometheus.Series;

namespace PersistentCacheService.Prometheus;

/// <summary>All series of one metric name.</summary>
internal sealed class MetricFamily
{
    private readonly MetricFamilyShape _shape;
    private readonly ExpositionProblems _problems;
    private readonly int _maxSeries;
    private readonly byte[] _header;
    private readonly Lock _adding = new();
    private readonly ConcurrentDictionary<LabelSet, MetricSeries> _series = new(new LabelSetComparer());
    private readonly ConcurrentDictionary<LabelSet, MetricSeries>.AlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>> _byTags;

    // Sorted for the page; replaced as a whole when a series is added.
    private volatile OrderedSeries[] _ordered = [];
    private volatile MetricSeries? _unlabelled;

    public MetricFamily(MetricFamilyShape shape, int maxSeries, ExpositionProblems problems)
    {
        _shape = shape;
        _maxSeries = maxSeries;
        _problems = problems;
        _header = LineRenderer.Header(shape.Name, shape.Help, shape.Kind);
        _byTags = _series.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
    }

    /// <summary>Name, type and buckets.</summary>
    public MetricFamilyShape Shape => _shape;

    /// <summary>How many instruments (of several meters of one name) feed this family; used under the registry's lock.</summary>
    public int Instruments { get; set; }

    /// <summary>Takes one measurement; lock-free and free of allocation once the series exists.</summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!_shape.Accepts(value))
        {
            _problems.InvalidValue();
            return;
        }

        (SeriesOf(tags) ?? Add(tags))?.Record(value);
    }

    /// <summary>Makes the series exist with the value zero.</summary>
    public void Declare(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!_shape.Observed && SeriesOf(tags) is null)
        {
            Add(tags);
        }
    }

    /// <summary>Writes the header and all series, sorted by their labels; nothing when there is no sample to show.</summary>
    public void Write(ExpositionWriter writer)
    {
        var ordered = _ordered;
        if (ordered.Length == 0)
        {
            return;
        }

        writer.WriteRaw(_header);
        foreach (var series in ordered)
        {
            series.Series.Write(writer);
        }
    }

    private MetricSeries? SeriesOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return _unlabelled;
        }

        return _byTags.TryGetValue(tags, out var series) ? series : null;
    }

    private MetricSeries? Add(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_adding)
        {
            if (SeriesOf(tags) is { } known)
            {
                return known;
            }

            if (_ordered.Length >= _maxSeries)
            {
                _problems.SeriesLimit();
                return null;
            }

            var labels = new LabelSet(tags);
            if (!_shape.TryRenderLabels(labels.Labels, out var rendered))
            {
                _problems.InvalidLabel();
                return null;
            }

            var series = _shape.CreateSeries(rendered);
            OrderedSeries[] ordered = [.. _ordered, new OrderedSeries(rendered, series)];
            Array.Sort(ordered, ByLabels);
            _ordered = ordered;
            if (tags.IsEmpty)
            {
                _unlabelled = series;
            }
            else
            {
                _series[labels] = series;
            }

            return series;
        }
    }

    private static int ByLabels(OrderedSeries x, OrderedSeries y)
    {
        for (var i = 0; i < Math.Min(x.Labels.Count, y.Labels.Count); i++)
        {
            var byName = string.CompareOrdinal(x.Labels[i].Key, y.Labels[i].Key);
            var order = byName != 0 ? byName : string.CompareOrdinal(x.Labels[i].Value, y.Labels[i].Value);
            if (order != 0)
            {
                return order;
            }
        }

        return x.Labels.Count.CompareTo(y.Labels.Count);
    }

    private readonly record struct OrderedSeries(IReadOnlyList<KeyValuePair<string, string>> Labels, MetricSeries Series);
}
