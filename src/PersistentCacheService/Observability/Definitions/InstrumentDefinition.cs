using System.Diagnostics.Metrics;

namespace PersistentCacheService.Observability.Definitions;

/// <summary>An entry of the catalogue: all there is to know about an instrument before anything is measured.</summary>
/// <param name="name">Name, exactly as on the page.</param>
/// <param name="unit">Unit of the values, see <see cref="Unit"/>.</param>
/// <param name="meaning">The page's help text.</param>
/// <param name="labels">Every label with all its values; none for a single series.</param>
internal abstract class InstrumentDefinition(string name, string unit, string meaning, params IReadOnlyList<LabelDefinition> labels)
{
    // Every combination of the labels' values, the last label's changing fastest; without labels the one empty combination.
    private readonly KeyValuePair<string, object?>[][] _series = labels.Aggregate<LabelDefinition, KeyValuePair<string, object?>[][]>(
        [[]], static (series, label) => [.. series.SelectMany(tags => label.Tags.Select(tag => (KeyValuePair<string, object?>[])[.. tags, tag]))]);

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

    /// <summary>The most series there can be, those of a histogram's buckets not counted.</summary>
    public int SeriesCount => _series.Length;

    /// <summary>A callback that asks for each series; those without an answer are absent from that page.</summary>
    protected Func<IEnumerable<Measurement<double>>> Asking(Func<int, double?> read) => () => Ask(read);

    // An iterator: the one object a scrape needs for an instrument.
    private IEnumerable<Measurement<double>> Ask(Func<int, double?> read)
    {
        for (var i = 0; i < _series.Length; i++)
        {
            if (read(i) is { } value)
            {
                yield return _series[i].Length == 0 ? new Measurement<double>(value) : new Measurement<double>(value, _series[i]);
            }
        }
    }
}
