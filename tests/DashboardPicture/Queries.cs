using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using DashboardPicture.Drawing;
using Monitoring.Tests;
using OperationsDrill;

namespace DashboardPicture;

/// <summary>Asks Prometheus what Grafana would ask it.</summary>
internal sealed partial class Queries(PrometheusServer prometheus, DateTimeOffset start)
{
    /// <summary>Seconds between two scrapes, and between two points.</summary>
    public const int Step = 2;

    // Grafana's own choice is four scrapes at least. Longer than the 10 s after which the worker reads Redis' figures anew: these must have changed.
    private const string RateInterval = "14s";

    /// <summary>All queries of the dashboard, over the whole recording.</summary>
    public async Task<RecordedDashboard> AskAsync()
    {
        var panels = new Dictionary<string, IReadOnlyList<Series>>(StringComparer.Ordinal);
        foreach (var panel in Dashboard.WorkerPanels.Where(static panel => Dashboard.TypeOf(panel) != "row"))
        {
            var series = new List<Series>();
            foreach (var target in panel.GetProperty("targets").EnumerateArray())
            {
                series.AddRange(await AskAsync(target, "legendFormat"));
            }

            panels.Add(Dashboard.TitleOf(panel), series);
        }

        var annotations = new Dictionary<string, IReadOnlyList<Series>>(StringComparer.Ordinal);
        foreach (var annotation in Dashboard.Annotations)
        {
            annotations.Add(annotation.GetProperty("name").GetString()!, await AskAsync(annotation, "titleFormat"));
        }

        return new RecordedDashboard(Story.Length.TotalSeconds, Step, Story.Incidents, panels, annotations);
    }

    private async Task<IReadOnlyList<Series>> AskAsync(JsonElement query, string nameProperty)
    {
        var format = query.GetProperty(nameProperty).GetString()!;
        var result = await prometheus.RangeAsync(
            Dashboard.Fill(query.GetProperty("expr").GetString()!, RateInterval), start, start + Story.Length, TimeSpan.FromSeconds(Step));
        return [.. result.EnumerateArray().Select(series => new Series(NameOf(series.GetProperty("metric"), format), PointsOf(series))).Where(static series => series.Points.Count > 0)];
    }

    private static string NameOf(JsonElement labels, string format) =>
        Label().Replace(format, match => labels.TryGetProperty(match.Groups["label"].Value, out var value) ? value.GetString()! : "");

    private Point[] PointsOf(JsonElement series) =>
    [
        .. series.GetProperty("values").EnumerateArray()
            .Where(static pair => char.IsAsciiDigit(pair[1].GetString()![^1])) // Grafana leaves NaN and Inf out, too.
            .Select(pair => new Point(Math.Round(pair[0].GetDouble() - (start.ToUnixTimeMilliseconds() / 1e3), 3), double.Parse(pair[1].GetString()!, CultureInfo.InvariantCulture))),
    ];

    [GeneratedRegex(@"\{\{(?<label>\w+)\}\}", RegexOptions.None, 1000)]
    private static partial Regex Label();
}
