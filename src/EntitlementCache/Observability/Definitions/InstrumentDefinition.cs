namespace EntitlementCache.Observability.Definitions;

/// <summary>An entry of the catalogue: all there is to know about an instrument before anything is measured.</summary>
/// <param name="name">Name, exactly as on the page.</param>
/// <param name="unit">Unit of the values, see <see cref="Unit"/>.</param>
/// <param name="meaning">The page's help text.</param>
/// <param name="labels">Every label with all its values; none for a single series.</param>
internal abstract class InstrumentDefinition(string name, string unit, string meaning, params IReadOnlyList<LabelDefinition> labels)
{
    /// <summary>Type on the page: <c>counter</c>, <c>gauge</c> or <c>histogram</c>.</summary>
    public abstract string Type { get; }

    /// <summary>Name, exactly as on the page: nothing is appended for type or unit.</summary>
    public string Name => name;

    /// <summary>Unit in UCUM's spelling, which OpenTelemetry asks for: <c>s</c>, <c>By</c>, <c>1</c> for ratios and states, <c>{message}</c> for things counted.</summary>
    public string Unit => unit;

    /// <summary>The page's help text.</summary>
    public string Meaning => meaning;

    /// <summary>Every label with all its values.</summary>
    public IReadOnlyList<LabelDefinition> Labels => labels;

    /// <summary>Names of the labels in the order of the page, which is the alphabet's.</summary>
    public string[] LabelNames { get; } = [.. labels.Select(static label => label.Name).Order(StringComparer.Ordinal)];

    /// <summary>
    /// The label values of every series there can be, each in the order of <see cref="LabelNames"/>; without labels one empty set. A series is known by its
    /// position here: the last of <see cref="Labels"/> changes fastest.
    /// </summary>
    public IReadOnlyList<string[]> Series { get; } = [.. labels
        .Aggregate<LabelDefinition, (string Name, string Value)[][]>(
            [[]], static (series, label) => [.. series.SelectMany(values => label.Values.Select(value => ((string, string)[])[.. values, (label.Name, value)]))])
        .Select(static values => values.OrderBy(static pair => pair.Name, StringComparer.Ordinal).Select(static pair => pair.Value).ToArray())];
}
