using System.Text.Json;

namespace DashboardPicture.Drawing;

/// <summary>What is drawn of a panel of the dashboard.</summary>
/// <param name="Type"><c>row</c>, <c>stat</c> or <c>timeseries</c>.</param>
/// <param name="Title">Heading.</param>
/// <param name="Cells">Place in Grafana's grid of 24 columns.</param>
internal sealed record Panel(string Type, string Title, Area Cells)
{
    /// <summary>Grafana's name of the values' unit.</summary>
    public string Unit { get; private init; } = "none";

    /// <summary>Units of series that have another one, by name. These go to the axis on the right.</summary>
    public IReadOnlyDictionary<string, string> OtherUnits { get; private init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Digits behind the point of a tile; null for as many as it takes.</summary>
    public int? Decimals { get; private init; }

    /// <summary>Upper end of the axis; null for the data's.</summary>
    public double? Max { get; private init; }

    /// <summary>Whether the series lie one upon the other.</summary>
    public bool IsStacked { get; private init; }

    /// <summary>Colours of a tile, ascending.</summary>
    public IReadOnlyList<Threshold> Thresholds { get; private init; } = [];

    /// <summary>Words a tile shows instead of values.</summary>
    public IReadOnlyDictionary<string, string> Words { get; private init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Reads an element of the dashboard's <c>panels</c>.</summary>
    public static Panel From(JsonElement json)
    {
        var place = json.GetProperty("gridPos");
        double Cell(string name) => place.GetProperty(name).GetDouble();
        var panel = new Panel(json.GetProperty("type").GetString()!, json.GetProperty("title").GetString()!, new Area(Cell("x"), Cell("y"), Cell("w"), Cell("h")));
        if (!json.TryGetProperty("fieldConfig", out var fields))
        {
            return panel;
        }

        var defaults = fields.GetProperty("defaults");
        return panel with
        {
            Unit = defaults.GetProperty("unit").GetString()!,
            OtherUnits = fields.GetProperty("overrides").EnumerateArray().SelectMany(UnitOf).ToDictionary(StringComparer.Ordinal),
            Decimals = defaults.TryGetProperty("decimals", out var decimals) ? decimals.GetInt32() : null,
            Max = defaults.TryGetProperty("max", out var max) ? max.GetDouble() : null,
            IsStacked = defaults.TryGetProperty("custom", out var custom) && custom.GetProperty("stacking").GetProperty("mode").GetString() == "normal",
            Thresholds = [.. defaults.GetProperty("thresholds").GetProperty("steps").EnumerateArray().Select(ThresholdOf)],
            Words = defaults.TryGetProperty("mappings", out var mappings) ? mappings.EnumerateArray().SelectMany(WordsOf).ToDictionary(StringComparer.Ordinal) : panel.Words,
        };
    }

    private static IEnumerable<KeyValuePair<string, string>> UnitOf(JsonElement change) => change.GetProperty("properties").EnumerateArray()
        .Where(static property => property.GetProperty("id").GetString() == "unit")
        .Select(property => KeyValuePair.Create(change.GetProperty("matcher").GetProperty("options").GetString()!, property.GetProperty("value").GetString()!));

    private static Threshold ThresholdOf(JsonElement step)
    {
        var from = step.GetProperty("value");
        return new Threshold(from.ValueKind == JsonValueKind.Null ? double.NegativeInfinity : from.GetDouble(), step.GetProperty("color").GetString()!);
    }

    private static IEnumerable<KeyValuePair<string, string>> WordsOf(JsonElement mapping) => mapping.GetProperty("options").EnumerateObject()
        .Select(static option => KeyValuePair.Create(option.Name, option.Value.GetProperty("text").GetString()!));
}
