using System.Globalization;
using EndToEnd.Scenarios;

namespace EndToEnd.Reporting;

/// <summary>A figure the project set itself.</summary>
/// <param name="What">What is measured.</param>
/// <param name="Bound">The figure.</param>
/// <param name="IsFloor">Whether it must be reached, or must not be exceeded.</param>
/// <param name="Format">How it is printed.</param>
/// <param name="Measure">Reads it from a report; null when the row was left out.</param>
internal sealed record Target(string What, double Bound, bool IsFloor, string Format, Func<Report, double?> Measure)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Target> All { get; } =
    [
        new("batch 10, 10 consumers: messages/s", 10_000, true, "#,##0", static report => report.SpeedOf(ScenarioList.Standard)),
        new("... times the peer's strongest form, both with 5,000 customers", 4, true, "0.0",
            static report => (report.SpeedOf(ScenarioList.ManyCustomers) ?? report.SpeedOf(ScenarioList.Standard)) / report.SpeedOf(ScenarioList.StrongestPeer)),
        new("batch 1, 10 consumers: messages/s", 5000, true, "#,##0", static report => report.SpeedOf(ScenarioList.BatchOfOne)),
        new("... times the peer, like for like", 6, true, "0.0", static report => report.SpeedOf(ScenarioList.BatchOfOne) / report.SpeedOf(ScenarioList.PeerOfOne)),
        new("batch 10, 15 ms SQS latency: messages/s", 6000, true, "#,##0", static report => report.SpeedOf(ScenarioList.Distant)),
        new("peak RSS of any row above, MB", 64, false, "0",
            static report => new[] { ScenarioList.Standard, ScenarioList.BatchOfOne, ScenarioList.Distant }.Max(row => report.Find(row)?.Highest(static run => run.PeakRssMb))),
        new("CPU per message, batch 10, ms", 0.08, false, "0.000", static report => report.Find(ScenarioList.Standard)?.Median(static run => run.CpuMsPerMessage)),
        new("allocated per usage message, bytes", 1024, false, "#,##0", static report => report.Find(ScenarioList.UsageOnly)?.Median(static run => run.AllocatedBytesPerMessage)),
        new("allocated per entitlements message, bytes", 4096, false, "#,##0", static report => report.Find(ScenarioList.EntitlementsOnly)?.Median(static run => run.AllocatedBytesPerMessage)),
        new("SQS requests per message, batch 10, full queue", 0.21, false, "0.000", static report => report.Find(ScenarioList.Standard)?.Median(static run => run.SqsRequestsPerMessage)),
        new("process start to ready, ms", 700, false, "0", static report => report.Standing?.MedianStartMs),
        new("idle CPU, % of a core", 0.5, false, "0.00", static report => report.Standing?.IdleCpuPercent),
        new("idle SQS requests a minute", 4, false, "0.0", static report => report.Standing?.IdleSqsRequestsPerMinute),
    ];

    /// <summary>Whether a report meets it; null when it does not tell.</summary>
    public bool? IsMet(Report report) => Measure(report) is { } value ? (IsFloor ? value >= Bound : value <= Bound) : null;

    /// <summary>The row of a table: what, wanted, measured, verdict.</summary>
    public string[] ToCells(Report report) =>
    [
        What,
        $"{(IsFloor ? "at least" : "at most")} {Bound.ToString(Format, CultureInfo.InvariantCulture)}",
        Measure(report)?.ToString(Format, CultureInfo.InvariantCulture) ?? "-",
        IsMet(report) switch { true => "met", false => "missed", null => "not measured" },
    ];
}
