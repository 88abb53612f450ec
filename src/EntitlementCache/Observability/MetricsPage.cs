using EntitlementCache.Observability.Definitions;
using Prometheus;

namespace EntitlementCache.Observability;

/// <summary>
/// What <c>/metrics</c> shows: a registry of prometheus-net with our instruments only, every bounded series present from the first
/// scrape. The instruments of the catalogue create themselves here.
/// </summary>
internal sealed class MetricsPage
{
    // Exemplars belong to traces, and there are none.
    private static readonly CounterConfiguration Counted = new() { ExemplarBehavior = ExemplarBehavior.NoExemplars() };
    private static readonly CounterConfiguration CountedElsewhere = new() { ExemplarBehavior = ExemplarBehavior.NoExemplars(), SuppressInitialValue = true };
    private static readonly GaugeConfiguration Known = new() { SuppressInitialValue = true };

    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly MetricFactory _factory;
    private readonly PushedMeter? _pushed;
    private readonly CounterSeries _problems;

    /// <summary>Creates an empty page.</summary>
    /// <param name="pushed">Gets every instrument too; null when nothing is pushed.</param>
    public MetricsPage(PushedMeter? pushed = null)
    {
        _factory = Metrics.WithCustomRegistry(_registry);
        _pushed = pushed;
        _problems = SharedInstruments.ExpositionProblems.Create(this);
    }

    /// <summary>Creates a counter, each of its series at 0.</summary>
    public CounterSeries Count(CounterDefinition definition)
    {
        var counter = _factory.CreateCounter(definition.Name, definition.Meaning, definition.LabelNames, Counted);
        Counter.Child[] series = [.. definition.Series.Select(counter.WithLabels)];
        _pushed?.Add(definition, position => series[position].Value);
        return new CounterSeries(series, definition.Labels is [.., var last] ? last.Values.Count : 1);
    }

    /// <summary>Creates a histogram.</summary>
    public HistogramSeries Distribute(HistogramDefinition definition)
    {
        var histogram = _factory.CreateHistogram(definition.Name, definition.Meaning, new HistogramConfiguration
        {
            Buckets = [.. definition.Buckets],
            ExemplarBehavior = ExemplarBehavior.NoExemplars(),
        });
        return new HistogramSeries(histogram.WithLabels(), _pushed?.Add(definition));
    }

    /// <summary>Creates a counter whose series are read at each scrape; one without an answer is left out.</summary>
    public void Read(CounterDefinition definition, Func<int, double?> read)
    {
        var counter = _factory.CreateCounter(definition.Name, definition.Meaning, definition.LabelNames, CountedElsewhere);
        Read(definition, read, [.. definition.Series.Select(counter.WithLabels)], static (series, value) => series.IncTo(value));
    }

    /// <summary>Creates a gauge whose series are read at each scrape; one without an answer is left out.</summary>
    public void Read(GaugeDefinition definition, Func<int, double?> read)
    {
        var gauge = _factory.CreateGauge(definition.Name, definition.Meaning, definition.LabelNames, Known);
        Read(definition, read, [.. definition.Series.Select(gauge.WithLabels)], static (series, value) => series.Set(value));
    }

    /// <summary>Writes the page in Prometheus' text format.</summary>
    public Task WriteAsync(Stream output, CancellationToken cancellationToken) => _registry.CollectAndExportAsTextAsync(output, cancellationToken);

    private void Read<TSeries>(InstrumentDefinition definition, Func<int, double?> read, TSeries[] series, Action<TSeries, double> show)
        where TSeries : ChildBase
    {
        _registry.AddBeforeCollectCallback(() =>
        {
            for (var position = 0; position < series.Length; position++)
            {
                if (Ask(read, position) is { } value)
                {
                    show(series[position], value);
                }
                else
                {
                    series[position].Unpublish();
                }
            }
        });
        _pushed?.Add(definition, position => Ask(read, position));
    }

    // A value that cannot be read must not take the whole page with it.
    private double? Ask(Func<int, double?> read, int position)
    {
        try
        {
            return read(position);
        }
        catch (Exception)
        {
            _problems.Add(1);
            return null;
        }
    }
}
