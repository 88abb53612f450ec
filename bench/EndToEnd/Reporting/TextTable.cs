using System.Globalization;
using System.Text;
using EndToEnd.Measuring;
using EndToEnd.Scenarios;

namespace EndToEnd.Reporting;

/// <summary>The tables for a terminal.</summary>
internal static class TextTable
{
    /// <summary>What one run found, in one line.</summary>
    public static string Line(int run, Scenario scenario, DrainFigures figures) => string.Create(
        CultureInfo.InvariantCulture,
        $"{run}  {scenario.Name,-62} {figures.MessagesPerSecond,9:#,##0}/s  {figures.CpuMsPerMessage * 1000:0.00} µs  {figures.PeakRssMb,4:0} MB"
        + $"  (cores: consumer {figures.ConsumerCorePercent:0} %, emulator {figures.EmulatorCorePercent:0} %, Redis {figures.RedisCorePercent:0} %{(figures.Redelivered > 0 ? $"; {figures.Redelivered} delivered again" : "")})");

    /// <summary>All rows, their spread, start and idle, and the targets.</summary>
    public static string Render(Report report)
    {
        var text = new StringBuilder();
        List<string[]> lines = [["", .. Column.All.Select(static column => column.Title)]];
        lines.AddRange(report.Rows.Select(static row => (string[])[row.Scenario.Name, .. Cells(row)]));
        Append(text, lines);
        text.AppendLine();
        Append(text, [.. SpreadLines.Of(report)]);
        if (report.Standing is { } standing)
        {
            text.AppendLine();
            Append(text, [.. StandingLines.Of(standing)]);
        }

        text.AppendLine();
        Append(text, [["target", "must", "aim", "measured", ""], .. Target.All.Select(target => target.ToCells(report))]);
        return text.ToString();
    }

    private static IEnumerable<string> Cells(Row row) =>
        row.Runs.Count > 0 ? Column.All.Select(column => column.Value(row)) : ["failed: " + row.Failure?.Split('\n')[0]];

    private static void Append(StringBuilder text, List<string[]> lines)
    {
        var widths = Enumerable.Range(0, lines.Max(static line => line.Length))
            .Select(index => lines.Where(line => line.Length > index && line.Length > 2).Select(line => line[index].Length).DefaultIfEmpty(0).Max())
            .ToArray();
        foreach (var line in lines)
        {
            text.AppendLine(string.Join("  ", line.Select((cell, index) => index == 0 ? cell.PadRight(widths[index]) : cell.PadLeft(widths[index]))).TrimEnd());
        }
    }
}
