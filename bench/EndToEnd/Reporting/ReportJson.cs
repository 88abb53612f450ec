using System.Text.Json;
using System.Text.Json.Serialization;

namespace EndToEnd.Reporting;

/// <summary>A report as JSON, for comparisons by program: schema, machine, rows with all their runs, standing, targets.</summary>
internal static class ReportJson
{
    /// <summary>Rises when a member changes its name or meaning.</summary>
    public const int Schema = 2;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Render(Report report) => JsonSerializer.Serialize(
        new
        {
            schema = Schema,
            report.Machine,
            rows = report.Rows.Select(static row => new
            {
                row.Scenario.Name,
                row.Scenario.Group,
                row.Scenario.Subject,
                row.Scenario.BatchSize,
                row.Scenario.Consumers,
                row.Scenario.LatencyMs,
                row.Scenario.Workers,
                row.Scenario.Layout,
                row.Scenario.Customers,
                row.Scenario.Features,
                row.Scenario.UsageShare,
                queued = row.Scenario.Messages,
                row.Scenario.NullRedis,
                row.Scenario.TracedShare,
                row.Scenario.Environment,
                messagesPerSecond = row.Median(static run => run.MessagesPerSecond),
                row.Runs,
                row.Failure,
            }),
            report.Standing,
            targets = Target.All.Select(target => new { target.What, target.Must, target.Aim, target.IsFloor, measured = target.Measure(report), met = target.IsMet(report) }),
        },
        Options) + "\n";
}
