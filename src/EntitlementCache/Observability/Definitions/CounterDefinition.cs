namespace EntitlementCache.Observability.Definitions;

/// <summary>A count that only grows.</summary>
/// <inheritdoc cref="InstrumentDefinition"/>
internal sealed class CounterDefinition(string name, string unit, string meaning, params IReadOnlyList<LabelDefinition> labels)
    : InstrumentDefinition(name, unit, meaning, labels)
{
    /// <inheritdoc/>
    public override string Type => "counter";

    /// <summary>The counter to add to.</summary>
    public CounterSeries Create(MetricsPage page) => page.Count(this);

    /// <summary>The same with the label values that are known only when the process has read its settings.</summary>
    public CounterDefinition For(IReadOnlyList<string> values) => new(Name, Unit, Meaning, new LabelDefinition(Labels[0].Name, Labels[0].Meaning, values));

    /// <summary>Shows a count that is kept elsewhere, read at each scrape.</summary>
    /// <param name="page">Where to show it.</param>
    /// <param name="read">Gives the count; null leaves it out.</param>
    public void Observe(MetricsPage page, Func<double?> read) => page.Read(this, _ => read());

    /// <inheritdoc cref="Observe(MetricsPage, Func{double?})"/>
    /// <param name="page">Where to show it.</param>
    /// <param name="read">Gives the count of the label's value at a position; null leaves it out.</param>
    public void Observe(MetricsPage page, Func<int, double?> read) => page.Read(this, read);
}
