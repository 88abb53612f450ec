using System.Globalization;
using EndToEnd.Measuring;

namespace EndToEnd.Reporting;

/// <summary>What differences of a few percent are read from: medians with all their decimals, and the least and the most of the runs.</summary>
internal static class SpreadLines
{
    /// <summary>A line for each row that has figures, under a heading.</summary>
    public static IEnumerable<string[]> Of(Report report) => report.Rows
        .Where(static row => row.Runs.Count > 0)
        .Select(static row => (string[])
        [
            row.Scenario.Name,
            row.Runs.Count.ToString(CultureInfo.InvariantCulture),
            Text(row, static run => run.CpuMsPerMessage * 1000, "0.00"),
            Text(row, static run => run.MessagesPerSecond, "#,##0"),
            row.Median(static run => run.SpansSentPerMessage) is null
                ? "-"
                : string.Create(CultureInfo.InvariantCulture, $"{row.Median(static run => run.SpansSentPerMessage):0.000} / {row.Median(static run => run.SpansLostPerMessage):0.000}"),
        ])
        .Prepend(["median (least to most)", "runs", "CPU µs / message", "messages/s", "spans sent / lost a message"]);

    private static string Text(Row row, Func<DrainFigures, double?> figure, string format) =>
        $"{Number(row.Median(figure), format)} ({Number(row.Runs.Min(figure), format)} to {Number(row.Highest(figure), format)})";

    private static string? Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture);
}
