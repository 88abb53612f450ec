using System.Globalization;
using System.Text.Json;
using EntitlementCache.Observability;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Sidecar.GraphQl;
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
    // A caller waits meanwhile: as long as the patience with a lock, and a deadline of Redis.
    private static readonly TimeSpan CacheDeadline = TimeSpan.FromSeconds(2);

    private readonly LogBudget _repeats = new(TimeSpan.FromMinutes(1), time);

    public async Task<ReportUsageResponse> ReportUsageAsync(ReportUsageRequest request, CancellationToken cancellationToken)
    {
        WriteRules.Check(request);
        if (api is null)
        {
            return Offline(request);
        }

        using var answer = await SendAsync(Mutations.ReportUsage(request), isRepeatable: false, cancellationToken);
        var report = UsageReport.Read(answer.RootElement.Object("data").Object("reportUsage"), request, Now());
        await KeepAsync(report.Updates);
        return report.Response;
    }

    public async Task<ReportUsageBulkResponse> ReportUsageBulkAsync(ReportUsageBulkRequest request, CancellationToken cancellationToken)
    {
        WriteRules.Check(request);
        if (api is null)
        {
            return new ReportUsageBulkResponse { Usages = { request.Usages.Select(Offline) } };
        }

        using var answer = await SendAsync(Mutations.ReportUsageBulk(request.Usages), isRepeatable: false, cancellationToken);
        var list = answer.RootElement.Object("data").Object("reportUsageBulk");
        var now = Now();
        var reports = new List<UsageReport>();
        foreach (var item in list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default)
        {
            reports.Add(UsageReport.Read(item, request.Usages[Math.Min(reports.Count, request.Usages.Count - 1)], now));
        }

        await KeepAsync(reports.SelectMany(static one => one.Updates));
        return new ReportUsageBulkResponse { Usages = { reports.Select(static one => one.Response) } };
    }

    public async Task<Empty> ReportEventsAsync(ReportEventsRequest request, CancellationToken cancellationToken)
    {
        WriteRules.Check(request);
        if (api is not null)
        {
            using var answer = await SendAsync(Mutations.ReportEvents(request.Events), isRepeatable: true, cancellationToken);
        }

        return new Empty();
    }

    private static ReportUsageResponse Offline(ReportUsageRequest request) => UsageReport.Confirm(request, Guid.NewGuid().ToString("D", CultureInfo.InvariantCulture));

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

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

    /// <summary>Brings what was reported into the cache, also when the caller has left, because the write has happened; all at once, within one deadline.</summary>
    private async Task KeepAsync(IEnumerable<UsageUpdate> updates)
    {
        if (reader is not null)
        {
            using var deadline = new CancellationTokenSource(CacheDeadline, time);
            await Task.WhenAll(UsageUpdate.Newest(updates.Where(static one => one.IsValid)).Select(one => reader.UpdateUsageAsync(one, deadline.Token)));
        }
    }
}
