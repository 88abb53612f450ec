using System.Globalization;
using EndToEnd.Scenarios;

namespace EndToEnd.Reporting;

/// <summary>A figure the project set itself.</summary>
/// <param name="What">What is measured.</param>
/// <param name="Must">The figure.</param>
/// <param name="Aim">A better one, worth working for. It tells by itself whether more or less is better.</param>
/// <param name="Format">How both are printed.</param>
/// <param name="Measure">Reads it from a report; null when the row was left out.</param>
internal sealed record Target(string What, double Must, double Aim, string Format, Func<Report, double?> Measure)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Target> All { get; } =
    [
        new("batch 10, 10 consumers: times commit de40b2a", 0.75, 1, "0.00", static report => report.SpeedOf(ScenarioList.Standard) / report.SpeedOf(ScenarioList.StandardBefore)),
        new("... times the peer's strongest form, both with 5,000 customers", 4, 6, "0.0",
            static report => (report.SpeedOf(ScenarioList.ManyCustomers) ?? report.SpeedOf(ScenarioList.Standard)) / report.SpeedOf(ScenarioList.StrongestPeer)),
        new("batch 1, 10 consumers: times commit de40b2a", 0.75, 1, "0.00", static report => report.SpeedOf(ScenarioList.BatchOfOne) / report.SpeedOf(ScenarioList.BatchOfOneBefore)),
        new("... times the peer, like for like", 5, 7, "0.0", static report => report.SpeedOf(ScenarioList.BatchOfOne) / report.SpeedOf(ScenarioList.PeerOfOne)),
        new("batch 10, 15 ms SQS latency: messages/s", 6000, 10_000, "#,##0", static report => report.SpeedOf(ScenarioList.Distant)),
        new("peak RSS of all throughput rows, MB", 50, 42, "0",
            static report => report.Rows
                .Where(static row => row is { Runs.Count: > 0, Scenario: { Group: ScenarioList.Throughput, Subject: Subject.Worker } })
                .Max(static row => row.Highest(static run => run.PeakRssMb))),
        new("idle RSS, MB", 40, 32, "0", static report => report.Standing?.IdleRssMb),
        new("allocated a message, batch 10, bytes", 15_000, 8000, "#,##0", static report => report.Find(ScenarioList.Standard)?.Median(static run => run.AllocatedBytesPerMessage)),
        new("process start to ready, ms", 250, 100, "0", static report => report.Standing?.MedianStartMs),
        new("idle CPU, % of a core", 0.4, 0.15, "0.00", static report => report.Standing?.IdleCpuPercent),
        new("idle SQS requests a minute", 4, 3, "0.0", static report => report.Standing?.IdleSqsRequestsPerMinute),
    ];

    /// <summary>Whether more is better.</summary>
    public bool IsFloor => Aim > Must;

    /// <summary>Whether a report meets it; null when it does not tell.</summary>
    public bool? IsMet(Report report) => Reaches(report, Must);

    /// <summary>The row of a table: what, must, aim, measured, verdict.</summary>
    public string[] ToCells(Report report) =>
    [
        What,
        $"{(IsFloor ? "at least" : "at most")} {Text(Must)}",
        Text(Aim),
        Measure(report) is { } value ? Text(value) : "-",
        (Reaches(report, Must), Reaches(report, Aim)) switch { (null, _) => "not measured", (false, _) => "missed", (_, true) => "aim met", _ => "met" },
    ];

    private bool? Reaches(Report report, double bound) => Measure(report) is { } value ? (IsFloor ? value >= bound : value <= bound) : null;

    private string Text(double value) => value.ToString(Format, CultureInfo.InvariantCulture);
}
