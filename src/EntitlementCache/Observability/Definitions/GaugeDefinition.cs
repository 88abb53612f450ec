namespace EntitlementCache.Observability.Definitions;

/// <summary>A value that goes both ways, read at each scrape.</summary>
/// <inheritdoc cref="InstrumentDefinition"/>
internal sealed class GaugeDefinition(string name, string unit, string meaning, params IReadOnlyList<LabelDefinition> labels)
    : InstrumentDefinition(name, unit, meaning, labels)
{
    /// <inheritdoc/>
    public override string Type => "gauge";

    /// <summary>Shows the value.</summary>
    /// <param name="page">Where to show it.</param>
    /// <param name="read">Gives the value; null while it is not known, which leaves it out.</param>
    public void Observe(MetricsPage page, Func<double?> read) => page.Read(this, _ => read());

    /// <summary>Shows a value for each of the label's values.</summary>
    /// <param name="page">Where to show them.</param>
    /// <param name="read">Gives the value of the label's value at a position; null leaves it out.</param>
    public void Observe(MetricsPage page, Func<int, double?> read) => page.Read(this, read);

    /// <summary>The same with the label values that are known only when the process has read its settings.</summary>
    public GaugeDefinition For(IReadOnlyList<string> values) => new(Name, Unit, Meaning, new LabelDefinition(Labels[0].Name, Labels[0].Meaning, values));
}
