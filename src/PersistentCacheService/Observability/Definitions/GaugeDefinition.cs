using System.Diagnostics.Metrics;

namespace PersistentCacheService.Observability.Definitions;

/// <summary>A value that goes both ways, read at each scrape.</summary>
/// <inheritdoc cref="InstrumentDefinition"/>
internal sealed class GaugeDefinition(string name, string unit, string meaning, params IReadOnlyList<LabelDefinition> labels)
    : InstrumentDefinition(name, unit, meaning, labels)
{
    /// <inheritdoc/>
    public override string Type => "gauge";

    /// <summary>Creates the instrument.</summary>
    /// <param name="meter">Its meter.</param>
    /// <param name="read">Gives the value; null while it is not known, which leaves it out.</param>
    public void Observe(Meter meter, Func<double?> read) => meter.CreateObservableGauge(Name, Asking(_ => read()), Unit, Meaning);
}
