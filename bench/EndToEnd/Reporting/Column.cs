using System.Globalization;
using EndToEnd.Measuring;

namespace EndToEnd.Reporting;

/// <summary>A column of the tables.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Value">What stands in it; a dash where the consumer does not tell.</param>
internal sealed record Column(string Title, Func<Row, string> Value)
{
    private const string Unknown = "-";

    /// <summary>All of them behind the row's name.</summary>
    public static IReadOnlyList<Column> All { get; } =
    [
        new("messages/s", static row => Text(row.Median(static run => run.MessagesPerSecond), "#,##0")),
        new("CPU ms / message", static row => Text(row.Median(static run => run.CpuMsPerMessage), "0.000")),
        new("peak RSS MB", static row => Text(row.Highest(static run => run.PeakRssMb), "0")),
        new("allocated B / message", static row => Text(row.Median(static run => run.AllocatedBytesPerMessage), "#,##0")),
        new("handled p50 / p99 ms", static row => Pair(row, static run => run.HandlingP50Ms, static run => run.HandlingP99Ms)),
        new("receive to delete p50 / p99 ms", static row => Pair(row, static run => run.HeldP50Ms, static run => run.HeldP99Ms)),
        new("SQS requests / message", static row => Text(row.Median(static run => run.SqsRequestsPerMessage), "0.000")),
        new("Redis round trips / message", static row => Text(row.Median(static run => run.RedisRoundTripsPerMessage), "0.00")),
        new("gen 0 / 1 / 2", static row => Collections(row)),
        new("core busy %", static row => Text(row.Median(static run => run.ConsumerCorePercent), "0")),
    ];

    private static string Pair(Row row, Func<DrainFigures, double?> median, Func<DrainFigures, double?> tail) =>
        row.Median(median) is null ? Unknown : $"{Text(row.Median(median), "0.0")} / {Text(row.Median(tail), "0.0")}";

    private static string Collections(Row row) =>
        row.Median(static run => run.Gen0) is null
            ? Unknown
            : $"{Text(row.Median(static run => run.Gen0), "0")} / {Text(row.Median(static run => run.Gen1), "0")} / {Text(row.Median(static run => run.Gen2), "0")}";

    private static string Text(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? Unknown;
}
