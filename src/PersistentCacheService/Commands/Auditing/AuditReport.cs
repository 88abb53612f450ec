using System.Globalization;
using System.Text;
using System.Text.Json;
using EntitlementCache.Hosting;
using EntitlementCache.Observability;
using PersistentCacheService.Auditing;
using PersistentCacheService.Refetching;

namespace PersistentCacheService.Commands.Auditing;

/// <summary>What an audit found, for people and for programs.</summary>
/// <param name="tally">Counts.</param>
/// <param name="findings">What was found, as far as it is shown.</param>
/// <param name="took">How long it took.</param>
/// <param name="isComplete">It came to its end.</param>
/// <param name="driftedBefore">How many customers the interrupted audit that it continued found wrong and did not repair.</param>
internal sealed class AuditReport(AuditTally tally, IReadOnlyList<AuditFinding> findings, TimeSpan took, bool isComplete, long driftedBefore)
{
    /// <summary>Customers that were compared.</summary>
    public long Compared => tally.CountOf(AuditResult.Right) + tally.CountOf(AuditResult.Drifted);

    /// <summary>The exit code of an audit that came to its end.</summary>
    public int ExitCode => (tally.CountOf(AuditResult.Drifted) + driftedBefore > tally.Repaired, tally.CountOf(AuditResult.Failed) > 0) switch
    {
        (true, _) => ExitCodes.Drift,
        (_, true) => ExitCodes.Incomplete,
        _ => ExitCodes.Stopped,
    };

    /// <summary>A line for each difference, and a last one with the counts.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        foreach (var finding in findings)
        {
            var whom = finding.Customer.ResourceIdText is { } resource ? $"{finding.Customer.CustomerIdText}, resource {resource}" : finding.Customer.CustomerIdText;
            foreach (var drift in finding.Drifts)
            {
                text.Append(CultureInfo.InvariantCulture, $"{LabelText.SnakeCase(drift.Kind.ToString()),-14}  {whom}: {drift.Subject}: {drift.Detail}{(finding.IsRepaired ? " (repaired)" : "")}\n");
            }
        }

        var kinds = string.Join(", ", Enum.GetValues<DriftKind>().Where(kind => Drift.CountsAsWrong(kind) && tally.CountOf(kind) > 0)
            .Select(kind => string.Create(CultureInfo.InvariantCulture, $"{tally.CountOf(kind):#,0} {LabelText.SnakeCase(kind.ToString())}")));
        text.Append(CultureInfo.InvariantCulture, $"{(isComplete ? "Done" : "Stopped")} after {RefetchFigures.Words(took)}: {Compared:#,0} customers and resources compared, ");
        text.Append(CultureInfo.InvariantCulture, $"{tally.CountOf(AuditResult.Drifted):#,0} of them wrong{(kinds.Length > 0 ? $" ({kinds})" : "")}, {tally.Repaired:#,0} repaired, ");
        var (orphans, texts) = (tally.CountOf(DriftKind.OrphanedUsage), tally.CountOf(DriftKind.Display));
        text.Append(CultureInfo.InvariantCulture, $"{tally.CountOf(AuditResult.Failed):#,0} could not be fetched; {orphans:#,0} orphaned usage{(orphans == 1 ? "" : "s")}, {texts:#,0} other text{(texts == 1 ? "" : "s")}.");
        if (driftedBefore > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $" Before the interruption {driftedBefore:#,0} were wrong.");
        }

        return text.ToString();
    }

    /// <summary>One JSON object on one line.</summary>
    public string Json() => JsonResult.Object(json =>
    {
        json.WriteBoolean("complete", isComplete);
        json.WriteNumber("compared", Compared);
        json.WriteNumber("drifted", tally.CountOf(AuditResult.Drifted));
        json.WriteNumber("driftedBefore", driftedBefore);
        json.WriteNumber("repaired", tally.Repaired);
        json.WriteNumber("failed", tally.CountOf(AuditResult.Failed));
        json.WriteNumber("seconds", Math.Round(took.TotalSeconds, 1));
        json.WriteStartObject("kinds");
        foreach (var kind in Enum.GetValues<DriftKind>())
        {
            json.WriteNumber(LabelText.SnakeCase(kind.ToString()), tally.CountOf(kind));
        }

        json.WriteEndObject();
        WriteFindings(json);
    });

    private void WriteFindings(Utf8JsonWriter json)
    {
        json.WriteStartArray("findings");
        foreach (var finding in findings)
        {
            foreach (var drift in finding.Drifts)
            {
                json.WriteStartObject();
                json.WriteString("customerId", finding.Customer.CustomerIdText);
                json.WriteString("resourceId", finding.Customer.ResourceIdText);
                json.WriteString("kind", LabelText.SnakeCase(drift.Kind.ToString()));
                json.WriteString("subject", drift.Subject);
                json.WriteString("detail", drift.Detail);
                json.WriteBoolean("repaired", finding.IsRepaired);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }
}
