using System.Globalization;
using EndToEnd.Measuring;
using EndToEnd.Scenarios;

namespace EndToEnd.Reporting;

/// <summary>What the figures mean for a deployment: speed of a core, replicas, the bill of SQS.</summary>
internal static class Sizing
{
    /// <summary>AWS's list price of a million requests to standard queues in us-east-1 (aws.amazon.com/sqs/pricing, first 100 billion a month), in US$.</summary>
    private const double DollarsPerMillionRequests = 0.40;

    /// <summary>Share of a core that is planned with; the rest is for bursts and for what else runs there.</summary>
    private const double PlannedShare = 0.6;

    private static readonly double[] Loads = [1000, 10_000, 50_000];

    /// <summary>Lines of the table, the headings first.</summary>
    public static IEnumerable<string[]> Of(Report report)
    {
        yield return
        [
            "setting", "messages/s of a core at 60 %", "CPU (m) for 100 messages/s", "SQS requests / message", "SQS US$ / million messages",
            .. Loads.Select(static load => $"replicas of 1 CPU for {load.ToString("#,##0", CultureInfo.InvariantCulture)}/s"),
        ];
        foreach (var scenario in (Scenario[])[ScenarioList.Standard, ScenarioList.BatchOfOne, ScenarioList.StrongestPeer, ScenarioList.PeerOfOne])
        {
            if (report.Find(scenario) is { } row)
            {
                yield return Line(row);
            }
        }
    }

    private static string[] Line(Row row)
    {
        var cpu = row.Median(static run => run.CpuMsPerMessage) ?? double.NaN;
        var requests = row.Median(static run => run.SqsRequestsPerMessage) ?? double.NaN;
        var planned = PlannedShare * 1000 / cpu; // a core has 1000 ms a second
        return
        [
            row.Scenario.Name,
            Text(planned, "#,##0"),
            Text(cpu * 100, "0.0"), // 100 messages of so many ms in 1000 ms, in thousandths of a core
            Text(requests, "0.00"),
            Text(requests * DollarsPerMillionRequests, "0.00"),
            .. Loads.Select(load => Text(Math.Ceiling(load / planned), "0")),
        ];
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
