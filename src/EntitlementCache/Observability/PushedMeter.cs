using System.Diagnostics.Metrics;
using EntitlementCache.Observability.Definitions;

namespace EntitlementCache.Observability;

/// <summary>
/// The instruments a second time, for OpenTelemetry, which reads <c>System.Diagnostics.Metrics</c> only: counts and gauges are read from the page's
/// when they are pushed, histograms are recorded twice. Exists only while metrics are pushed.
/// </summary>
/// <param name="name">The meter's name.</param>
internal sealed class PushedMeter(string name) : IDisposable
{
    /// <summary>The meter to be pushed.</summary>
    public Meter Meter { get; } = new(name);

    /// <summary>Adds an instrument whose series are read at each push; one without an answer is left out.</summary>
    public void Add(InstrumentDefinition definition, Func<int, double?> read)
    {
        KeyValuePair<string, object?>[][] tags = [.. definition.Series.Select(values =>
            definition.LabelNames.Zip(values, static (name, value) => KeyValuePair.Create<string, object?>(name, value)).ToArray())];
        IEnumerable<Measurement<double>> Ask()
        {
            for (var position = 0; position < tags.Length; position++)
            {
                if (read(position) is { } value)
                {
                    yield return new Measurement<double>(value, tags[position]);
                }
            }
        }

        if (definition is CounterDefinition)
        {
            Meter.CreateObservableCounter(definition.Name, Ask, definition.Unit, definition.Meaning);
        }
        else
        {
            Meter.CreateObservableGauge(definition.Name, Ask, definition.Unit, definition.Meaning);
        }
    }

    /// <summary>Adds a histogram, to be recorded with.</summary>
    public Histogram<double> Add(HistogramDefinition definition) => Meter.CreateHistogram(
        definition.Name, definition.Unit, definition.Meaning, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = definition.Buckets });

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();
}
