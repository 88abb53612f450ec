using System.Globalization;
using EndToEnd.Measuring;

namespace EndToEnd.Reporting;

/// <summary>Start and idle as the rows of a small table.</summary>
internal static class StandingLines
{
    public static IEnumerable<string[]> Of(StandingFigures standing)
    {
        var starts = string.Join(", ", standing.StartToReadyMs.Select(static ms => Text(ms, "0")));
        yield return ["beside the messages", "measured", "how"];
        yield return ["process start to ready", Text(standing.MedianStartMs, "0") + " ms", $"median of {starts}"];
        yield return ["idle processor time", Text(standing.IdleCpuPercent, "0.00") + " % of a core", $"over {Text(standing.IdleSeconds, "0")} s, default settings, empty queue"];
        yield return ["idle memory", Text(standing.IdleRssMb, "0") + " MB", "resident, at the end of it"];
        yield return ["idle SQS requests", Text(standing.IdleSqsRequestsPerMinute, "0.0") + " a minute", "counted by the emulator"];
    }

    private static string Text(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";
}
