using System.Text.Json;
using TestKit;

namespace Monitoring.Tests;

/// <summary>The dashboard, read.</summary>
internal static class Dashboard
{
    private static readonly JsonElement Root = Load();

    /// <summary>Its title.</summary>
    public static string Title { get; } = Root.GetProperty("title").GetString()!;

    /// <summary>All panels in their order, rows included.</summary>
    public static IReadOnlyList<JsonElement> Panels { get; } = [.. Root.GetProperty("panels").EnumerateArray()];

    /// <summary>The panels about the worker: those above the Sidecar's row. Only they are in the documentation's picture, which records a worker.</summary>
    public static IReadOnlyList<JsonElement> WorkerPanels { get; } = [.. Panels.TakeWhile(static panel => !TitleOf(panel).Contains("Sidecar", StringComparison.Ordinal))];

    /// <summary>The panels that show data.</summary>
    public static IReadOnlyList<JsonElement> DataPanels { get; } = [.. Panels.Where(panel => TypeOf(panel) != "row")];

    /// <summary>Titles of the rows, in their order.</summary>
    public static IReadOnlyList<string> Rows { get; } = [.. Panels.Where(panel => TypeOf(panel) == "row").Select(TitleOf)];

    /// <summary>What Grafana marks in every panel.</summary>
    public static IReadOnlyList<JsonElement> Annotations { get; } = [.. Root.GetProperty("annotations").GetProperty("list").EnumerateArray()];

    /// <summary>All queries: of panels and annotations.</summary>
    public static IReadOnlyList<string> Expressions { get; } =
    [
        .. DataPanels.SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!),
        .. Annotations.Select(annotation => annotation.GetProperty("expr").GetString()!),
    ];

    /// <summary>Queries of the variables: <c>label_values(metric, label)</c>.</summary>
    public static IReadOnlyList<string> VariableQueries { get; } = [.. Root.GetProperty("templating").GetProperty("list").EnumerateArray()
        .Where(variable => variable.GetProperty("type").GetString() == "query")
        .Select(variable => variable.GetProperty("query").GetProperty("query").GetString()!)];

    public static string TitleOf(JsonElement panel) => panel.GetProperty("title").GetString()!;

    public static string TypeOf(JsonElement panel) => panel.GetProperty("type").GetString()!;

    /// <summary>A query with values in the places of Grafana's variables.</summary>
    public static string Fill(string expression, string rateInterval = "1m") => expression
        .Replace("$__rate_interval", rateInterval, StringComparison.Ordinal)
        .Replace("$sidecar", ".*", StringComparison.Ordinal)
        .Replace("$job", ".*", StringComparison.Ordinal)
        .Replace("$instance", ".*", StringComparison.Ordinal);

    private static JsonElement Load()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(RepositoryRoot.File("deploy", "grafana", "persistent-cache.json")));
        return document.RootElement.Clone();
    }
}
