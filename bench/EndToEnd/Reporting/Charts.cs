using EndToEnd.Measuring;
using EndToEnd.Scenarios;

namespace EndToEnd.Reporting;

/// <summary>The pictures of a report.</summary>
internal static class Charts
{
    /// <summary>Messages a second of every row that measures speed.</summary>
    public static BarChart Throughput(Report report) => new(
        "Messages a second, one core (median)",
        "#,##0",
        [.. report.Rows.Where(static row => row.Runs.Count > 0 && row.Scenario.Group != ScenarioList.Growth).Select(static row => Of(row, row.Median(static run => run.MessagesPerSecond)))]);

    /// <summary>Memory of every row of the service and the peer.</summary>
    public static BarChart Memory(Report report) => new(
        "Peak resident memory, MB (highest run)",
        "0",
        [.. report.Rows.Where(static row => row.Runs.Count > 0 && row.Scenario.Subject != Subject.NullConsumer).Select(static row => Of(row, row.Highest(static run => run.PeakRssMb)))]);

    private static Bar Of(Row row, double? value) => new(row.Scenario.Name, value ?? 0, row.Scenario switch
    {
        { Subject: Subject.Baseline } => "#8b6fd0",
        { Subject: Subject.Peer } => "#d2782f",
        { Subject: Subject.NullConsumer } or { NullRedis: true } => "#8b949e",
        _ => "#3f83e0",
    });
}
