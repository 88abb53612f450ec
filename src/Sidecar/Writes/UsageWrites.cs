using System.Globalization;
using System.Text.Json;
using EntitlementCache.Observability;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Sidecar.GraphQl;
using Sidecar.Model;
using Sidecar.Reading;
using Sidecar.Service;
using Stigg.Sidecar.V1;

namespace Sidecar.Writes;

/// <summary>The writing calls. Their failures are errors, never fallbacks, and nothing is sent twice.</summary>
/// <param name="time">Clock.</param>
/// <param name="logger">Log.</param>
/// <param name="api">The GraphQL API; null: offline, where writes do nothing.</param>
/// <param name="reader">Keeps reported usage in the cache.</param>
internal sealed class UsageWrites(TimeProvider time, ILogger<UsageWrites> logger, GraphQlClient? api = null, EntitlementReader? reader = null)
{
    private const int MostUsages = 100; // of reportUsageBulk
    private const int MostEvents = 1000; // of reportEvent

    private readonly LogBudget _repeats = new(TimeSpan.FromMinutes(1), time);

    public async Task<ReportUsageResponse> ReportUsageAsync(ReportUsageRequest request, CancellationToken cancellationToken)
    {
        Check(request);
        if (api is null)
        {
            return Offline(request);
        }

        using var answer = await SendAsync(Mutations.ReportUsage(request), isRepeatable: false, cancellationToken);
        return await ReadAsync(answer.RootElement.Object("data").Object("reportUsage"), request);
    }

    public async Task<ReportUsageBulkResponse> ReportUsageBulkAsync(ReportUsageBulkRequest request, CancellationToken cancellationToken)
    {
        Demand(request.Usages.Count is > 0 and <= MostUsages, $"usages must hold 1 to {MostUsages} reports.");
        foreach (var usage in request.Usages)
        {
            Check(usage);
        }

        var response = new ReportUsageBulkResponse();
        if (api is null)
        {
            response.Usages.Add(request.Usages.Select(Offline));
            return response;
        }

        using var answer = await SendAsync(Mutations.ReportUsageBulk(request.Usages), isRepeatable: false, cancellationToken);
        var list = answer.RootElement.Object("data").Object("reportUsageBulk");
        var index = 0;
        foreach (var item in list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default)
        {
            response.Usages.Add(await ReadAsync(item, request.Usages[Math.Min(index++, request.Usages.Count - 1)]));
        }

        return response;
    }

    public async Task<Empty> ReportEventsAsync(ReportEventsRequest request, CancellationToken cancellationToken)
    {
        Demand(request.Events.Count is > 0 and <= MostEvents, $"events must hold 1 to {MostEvents} events.");
        foreach (var one in request.Events)
        {
            Demand(one.EventName.Length > 0 && one.CustomerId.Length > 0, "event_name and customer_id are required.");
            Demand(one.IdempotencyKey.Length > 0, "idempotency_key is required.");
        }

        if (api is not null)
        {
            using var answer = await SendAsync(Mutations.ReportEvents(request.Events), isRepeatable: true, cancellationToken);
        }

        return new Empty();
    }

    private static void Check(ReportUsageRequest request)
    {
        Demand(request.CustomerId.Length > 0 && request.FeatureId.Length > 0, "customer_id and feature_id are required.");
        Demand(double.IsFinite(request.Value), "value must be a finite number.");
    }

    private static void Demand(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, otherwise));
        }
    }

    private static ReportUsageResponse Offline(ReportUsageRequest request)
    {
        var response = new ReportUsageResponse
        {
            MeasurementId = Guid.NewGuid().ToString("D", CultureInfo.InvariantCulture),
            CustomerId = request.CustomerId,
            FeatureId = request.FeatureId,
        };
        if (request.HasResourceId)
        {
            response.ResourceId = request.ResourceId;
        }

        return response;
    }

    private static long? Time(JsonElement element, string name) =>
        element.Milliseconds(name)
        ?? (element.Text(name) is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var read)
            ? read.ToUnixTimeMilliseconds()
            : null);

    private async Task<JsonDocument> SendAsync(ReadOnlyMemory<byte> body, bool isRepeatable, CancellationToken cancellationToken)
    {
        try
        {
            return await api!.SendAsync(body, isRepeatable, cancellationToken);
        }
        catch (RpcException exception)
        {
            var status = exception.StatusCode.ToString();
            if (_repeats.MayPrint(status, out var suppressed))
            {
                Log.WriteFailed(logger, status, exception.Status.Detail, suppressed);
            }

            throw;
        }
    }

    /// <summary>The answer, and what it says about usage into the cache: also when the caller has left, because the write has happened.</summary>
    private async Task<ReportUsageResponse> ReadAsync(JsonElement report, ReportUsageRequest request)
    {
        var response = Offline(request);
        response.MeasurementId = report.Text("id") ?? "";

        // Of a bulk's answers each names whom it is about.
        response.CustomerId = report.Text("customerId") ?? request.CustomerId;
        response.FeatureId = report.Text("featureId") ?? request.FeatureId;
        if (report.Text("resourceId") is { } resource)
        {
            response.ResourceId = resource;
        }

        var usage = new CachedUsage(
            report.Number("currentUsage") ?? 0,
            Time(report, "usagePeriodStart"),
            Time(report, "usagePeriodEnd") ?? Time(report, "nextResetDate"),
            Time(report, "timestamp") ?? time.GetUtcNow().ToUnixTimeMilliseconds());
        response.UsagePeriodStart = Stamp(usage.PeriodStart);
        response.UsagePeriodEnd = Stamp(usage.PeriodEnd);
        var id = EntityId.Of(response.CustomerId, response.HasResourceId, response.ResourceId);
        if (report.Number("currentUsage") is { } current)
        {
            response.CurrentUsage = current;
            await KeepAsync(id, response.FeatureId, isCredit: false, usage);
        }

        var credit = report.Object("credit");
        if (credit.Text("currencyId") is { } currency && credit.Number("currentUsage") is { } consumed)
        {
            var ofCredit = new CachedUsage(consumed, null, Time(credit, "usagePeriodEnd"), Time(credit, "timestamp") ?? usage.Timestamp);
            await KeepAsync(id, currency, isCredit: true, ofCredit);
        }

        return response;
    }

    private Task KeepAsync(EntityId id, string usageId, bool isCredit, CachedUsage usage) =>
        id.IsValid && EntityId.IsValidId(usageId) && reader is not null
            ? reader.UpdateUsageAsync(id, usageId, isCredit, usage, CancellationToken.None)
            : Task.CompletedTask;

    private static Timestamp? Stamp(long? milliseconds) =>
        milliseconds is { } value ? Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(value)) : null;
}
