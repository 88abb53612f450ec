using System.Buffers;
using System.Diagnostics.Metrics;
using PersistentCacheService.Prometheus.Exposition;

namespace PersistentCacheService.Prometheus;

/// <summary>
/// Listens to the instruments of chosen meters and renders them in the Prometheus text format 0.0.4.
/// Instruments carry their final names (<c>..._total</c>, <c>..._seconds</c>): nothing is appended for type or unit.
/// Recording is lock-free and free of allocation for string tags; a series stays on the page once it exists.
/// </summary>
public sealed class PrometheusRegistry : IDisposable
{
    /// <summary>Default of the constructor's limit: far above any bounded set of labels, far below what hurts a scrape.</summary>
    public const int DefaultMaxSeriesPerMetric = 500;

    /// <summary>Name of the counter a registry adds to its page, with the label <c>problem</c>: what could not be shown.</summary>
    public const string ProblemsName = "metrics_exposition_problems_total";

    /// <summary>Its unit.</summary>
    public const string ProblemsUnit = "{problem}";

    /// <summary>Its help text.</summary>
    public const string ProblemsMeaning = "What could not be shown on this page: failed callbacks, refused instruments and dropped measurements.";

    private readonly Func<Meter, bool> _includes;
    private readonly int _maxSeriesPerMetric;
    private readonly ExpositionProblems _problems = new();
    private readonly MeterListener _listener;
    private readonly Lock _collecting = new();
    private readonly Lock _registering = new();
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<LabelValues[]>> _declared = new(StringComparer.Ordinal);

    // Sorted by name; replaced as a whole under _registering.
    private volatile MetricFamily[] _ordered = [];

    /// <summary>Starts to listen at once; instruments that exist already are seen too.</summary>
    /// <param name="includes">Which meters to show; asked once per instrument. Meters are process-wide, so tests select by
    /// <see cref="Meter.Scope"/> or by instance.</param>
    /// <param name="maxSeriesPerMetric">Bound of each metric's series; measurements for further ones are dropped and counted in
    /// <c>metrics_exposition_problems_total{problem="series_limit"}</c>.</param>
    public PrometheusRegistry(Func<Meter, bool> includes, int maxSeriesPerMetric = DefaultMaxSeriesPerMetric)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxSeriesPerMetric);
        _includes = includes;
        _maxSeriesPerMetric = maxSeriesPerMetric;
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) => Publish(instrument, listener),
            MeasurementsCompleted = (_, state) => Complete((MetricFamily)state!),
        };
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, family) => ((MetricFamily)family!).Record((double)value, tags));
        _listener.Start();
    }

    /// <summary>All values of the label of <see cref="ProblemsName"/>.</summary>
    public static IReadOnlyList<string> Problems => ExpositionProblems.Names;

    /// <summary>
    /// Makes series exist with the value zero before anything was measured, so that <c>increase()</c> sees the first event and
    /// dashboards have no holes. Without labels: the one unlabelled series; with labels: every combination of their values.
    /// May be called before the instrument exists. Observable instruments speak for themselves and ignore it.
    /// </summary>
    /// <param name="metricName">The instrument's name.</param>
    /// <param name="labels">Each label with all its values.</param>
    public void Declare(string metricName, params LabelValues[] labels)
    {
        var name = MetricNames.Metric(metricName);
        lock (_registering)
        {
            if (!_declared.TryGetValue(name, out var declarations))
            {
                _declared[name] = declarations = [];
            }

            declarations.Add(labels);
            if (_families.TryGetValue(name, out var family))
            {
                DeclareAll(family, labels);
            }
        }
    }

    /// <inheritdoc cref="Declare(string, LabelValues[])"/>
    /// <param name="instrument">The instrument whose series shall exist.</param>
    /// <param name="labels">Each label with all its values.</param>
    public void Declare(Instrument instrument, params LabelValues[] labels) => Declare(instrument.Name, labels);

    /// <summary>
    /// Renders the page: families by name, series by labels, a final newline. Asks the observable instruments first; one that
    /// fails is left out and counted. Concurrent calls take turns; recording never waits for them.
    /// </summary>
    /// <param name="output">Where the UTF-8 text goes.</param>
    public void Write(IBufferWriter<byte> output)
    {
        var writer = new ExpositionWriter(output);
        lock (_collecting)
        {
            try
            {
                _listener.RecordObservableInstruments();
            }
            catch (AggregateException failures)
            {
                // The listener asks every instrument before it throws: the others' values are there.
                _problems.CallbackFailed(failures.InnerExceptions.Count);
            }

            foreach (var family in _ordered)
            {
                family.Write(writer);
            }
        }
    }

    /// <summary>Stops listening; the page is empty from then on.</summary>
    public void Dispose()
    {
        _listener.Dispose();
        _problems.Dispose();
    }

    private void Publish(Instrument instrument, MeterListener listener)
    {
        var isOwn = ReferenceEquals(instrument.Meter, _problems.Meter);
        if ((!isOwn && !_includes(instrument.Meter)) || MetricFamilyShape.Of(instrument) is not { } shape)
        {
            return;
        }

        MetricFamily? family;
        lock (_registering)
        {
            if (!_families.TryGetValue(shape.Name, out family))
            {
                family = new MetricFamily(shape, isOwn ? int.MaxValue : _maxSeriesPerMetric, _problems);
                _families.Add(shape.Name, family);
                foreach (var labels in _declared.GetValueOrDefault(shape.Name, []))
                {
                    DeclareAll(family, labels);
                }

                _ordered = [.. _families.Values];
            }
            else if (!family.Shape.IsSameAs(shape))
            {
                _problems.InstrumentConflict();
                return;
            }

            family.Instruments++;
        }

        // Outside the lock: the listener may call back into Complete from here.
        listener.EnableMeasurementEvents(instrument, family);
    }

    // A disposed meter's figures leave the page with its last instrument: a gauge of something gone would lie.
    private void Complete(MetricFamily family)
    {
        lock (_registering)
        {
            family.Instruments--;
            if (family.Instruments == 0 && _families.Remove(family.Shape.Name))
            {
                _ordered = [.. _families.Values];
            }
        }
    }

    private static void DeclareAll(MetricFamily family, ReadOnlySpan<LabelValues> labels)
    {
        var tags = new KeyValuePair<string, object?>[labels.Length];
        Combine(labels, 0);

        void Combine(ReadOnlySpan<LabelValues> remaining, int position)
        {
            if (remaining.IsEmpty)
            {
                family.Declare(tags);
                return;
            }

            foreach (var value in remaining[0].Values)
            {
                tags[position] = new(remaining[0].Name, value);
                Combine(remaining[1..], position + 1);
            }
        }
    }
}
