namespace EntitlementCache.Observability.Definitions;

/// <summary>How values are distributed.</summary>
/// <inheritdoc cref="InstrumentDefinition"/>
/// <param name="buckets">Upper bounds of the buckets in the instrument's unit, ascending, without infinity.</param>
internal sealed class HistogramDefinition(string name, string unit, string meaning, params IReadOnlyList<double> buckets)
    : InstrumentDefinition(name, unit, meaning)
{
    /// <inheritdoc/>
    public override string Type => "histogram";

    /// <summary>Upper bounds of the buckets.</summary>
    public IReadOnlyList<double> Buckets => buckets;

    /// <summary>The histogram to record with.</summary>
    public HistogramSeries Create(MetricsPage page) => page.Distribute(this);
}
