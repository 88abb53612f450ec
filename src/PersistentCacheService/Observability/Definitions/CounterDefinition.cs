using System.Diagnostics.Metrics;

namespace PersistentCacheService.Observability.Definitions;

/// <summary>A count that only grows.</summary>
/// <inheritdoc cref="InstrumentDefinition"/>
internal sealed class CounterDefinition(string name, string unit, string meaning, params IReadOnlyList<LabelDefinition> labels)
    : InstrumentDefinition(name, unit, meaning, labels)
{
    /// <inheritdoc/>
    public override string Type => "counter";

    /// <summary>The instrument to add to.</summary>
    public Counter<long> Create(Meter meter) => meter.CreateCounter<long>(Name, Unit, Meaning);

    /// <summary>The instrument of a count that is kept elsewhere and read at each scrape.</summary>
    /// <param name="meter">Its meter.</param>
    /// <param name="read">Gives the count; null leaves it out.</param>
    public void Observe(Meter meter, Func<double?> read) => Observe(meter, _ => read());

    /// <inheritdoc cref="Observe(Meter, Func{double?})"/>
    /// <param name="meter">Its meter.</param>
    /// <param name="read">Gives the count of the label's value at a position; null leaves it out.</param>
    public void Observe(Meter meter, Func<int, double?> read) => meter.CreateObservableCounter(Name, Asking(read), Unit, Meaning);
}
