using System.Globalization;
using System.Text;
using EntitlementCache.Observability.Definitions;
using PersistentCacheService.Observability;

namespace Documentation.Tests;

/// <summary>The metrics as Markdown tables, from the catalogue they are created from.</summary>
internal static class MetricsTable
{
    /// <summary>Metrics; a label is followed by the number of its values.</summary>
    public static string Render(IEnumerable<InstrumentDefinition> instruments)
    {
        var table = new StringBuilder("| metric | type | unit | labels | meaning |\n|---|---|---|---|---|\n");
        foreach (var instrument in instruments)
        {
            var labels = string.Join(", ", instrument.Labels.Select(static label => $"`{label.Name}` ({label.Values.Count})"));
            table.Append($"| `{instrument.Name}` | {instrument.Type} | {Unit(instrument.Unit)} | {labels} | {instrument.Meaning} |\n");
        }

        return table.ToString();
    }

    /// <summary>Labels with all their values; those of the build are left to the build.</summary>
    public static string RenderLabels(IEnumerable<InstrumentDefinition> instruments)
    {
        var table = new StringBuilder("| label | of | meaning | values |\n|---|---|---|---|\n");
        foreach (var (instrument, label) in instruments.SelectMany(static instrument => instrument.Labels.Select(label => (instrument, label))))
        {
            var values = instrument == Instruments.Build ? "the build's" : string.Join(", ", label.Values.Select(static value => $"`{value}`"));
            table.Append(CultureInfo.InvariantCulture, $"| `{label.Name}` | `{instrument.Name}` | {label.Meaning} | {label.Values.Count}: {values} |\n");
        }

        return table.ToString();
    }

    private static string Unit(string unit) => unit switch
    {
        "s" => "seconds",
        "By" => "bytes",
        "1" => "1",
        _ => unit.Trim('{', '}') + "s",
    };
}
