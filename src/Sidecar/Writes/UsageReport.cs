using System.Globalization;
using System.Text.Json;
using Sidecar.Model;
using Sidecar.Reading;
using Sidecar.Service;
using Stigg.Sidecar.V1;

namespace Sidecar.Writes;

/// <summary>What Stigg answered to one reported usage. The write has happened, so whatever the answer holds makes no error of it.</summary>
/// <param name="Response">For the caller.</param>
/// <param name="Updates">What it says about usage and credits, for the cache.</param>
internal sealed record UsageReport(ReportUsageResponse Response, IReadOnlyList<UsageUpdate> Updates)
{
    /// <summary>What is answered of a report alone, before or without Stigg.</summary>
    /// <param name="request">The report.</param>
    /// <param name="measurementId">Id of what was written.</param>
    public static ReportUsageResponse Confirm(ReportUsageRequest request, string measurementId)
    {
        var response = new ReportUsageResponse { MeasurementId = measurementId, CustomerId = request.CustomerId, FeatureId = request.FeatureId };
        if (request.HasResourceId)
        {
            response.ResourceId = request.ResourceId;
        }

        return response;
    }

    /// <summary>Reads an answer.</summary>
    /// <param name="report">The mutation's result, or one of a bulk's; anything.</param>
    /// <param name="request">What was reported.</param>
    /// <param name="now">Stands in for a time the answer lacks, Unix ms.</param>
    public static UsageReport Read(JsonElement report, ReportUsageRequest request, long now)
    {
        var response = Confirm(request, report.Text("id") ?? "");

        // Of a bulk's answers each names whom it is about.
        response.CustomerId = report.Text("customerId") ?? request.CustomerId;
        response.FeatureId = report.Text("featureId") ?? request.FeatureId;
        if (report.Text("resourceId") is { } resource)
        {
            response.ResourceId = resource;
        }

        var (start, end) = (Time(report, "usagePeriodStart"), Time(report, "usagePeriodEnd") ?? Time(report, "nextResetDate"));
        var timestamp = Time(report, "timestamp") ?? now;
        response.UsagePeriodStart = Responses.Time(start);
        response.UsagePeriodEnd = Responses.Time(end);
        var id = EntityId.Of(response.CustomerId, response.HasResourceId, response.ResourceId);
        var updates = new List<UsageUpdate>();
        if (report.Number("currentUsage") is { } current)
        {
            response.CurrentUsage = current;
            updates.Add(new UsageUpdate(id, response.FeatureId, IsCredit: false, new CachedUsage(current, start, end, timestamp)));
        }

        var credit = report.Object("credit");
        if (credit.Text("currencyId") is { } currency && credit.Number("currentUsage") is { } consumed)
        {
            updates.Add(new UsageUpdate(id, currency, IsCredit: true, new CachedUsage(consumed, null, Time(credit, "usagePeriodEnd"), Time(credit, "timestamp") ?? timestamp)));
        }

        return new UsageReport(response, updates);
    }

    private static long? Time(JsonElement element, string name) =>
        element.Milliseconds(name)
        ?? (element.Text(name) is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var read)
            ? read.ToUnixTimeMilliseconds()
            : null);
}
