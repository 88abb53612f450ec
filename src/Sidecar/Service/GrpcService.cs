using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Sidecar.Observability;
using Sidecar.Writes;
using Stigg.Sidecar.V1;

namespace Sidecar.Service;

/// <summary>The gRPC face of the calls.</summary>
/// <param name="calls">Reads.</param>
/// <param name="writes">Writes.</param>
/// <param name="timer">Measures both; not an interceptor, which costs more than a read from memory.</param>
internal sealed class GrpcService(Calls calls, UsageWrites writes, CallTimer timer) : SidecarService.SidecarServiceBase
{
    /// <inheritdoc/>
    public override Task<GetEntitlementsResponse> GetEntitlements(GetEntitlementsRequest request, ServerCallContext context) =>
        timer.EndsWith(nameof(GetEntitlements), timer.Now, calls.GetEntitlementsAsync(request, context.CancellationToken), context.CancellationToken);

    /// <inheritdoc/>
    public override Task<GetEntitlementResponse> GetEntitlement(GetEntitlementRequest request, ServerCallContext context) =>
        timer.EndsWith(nameof(GetEntitlement), timer.Now, calls.GetEntitlementAsync(request, context.CancellationToken), context.CancellationToken);

    /// <inheritdoc/>
    public override Task<GetBooleanEntitlementResponse> GetBooleanEntitlement(GetBooleanEntitlementRequest request, ServerCallContext context) =>
        timer.EndsWith(nameof(GetBooleanEntitlement), timer.Now, calls.GetBooleanAsync(request, context.CancellationToken), context.CancellationToken);

    /// <inheritdoc/>
    public override Task<GetNumericEntitlementResponse> GetNumericEntitlement(GetNumericEntitlementRequest request, ServerCallContext context) =>
        timer.EndsWith(nameof(GetNumericEntitlement), timer.Now, calls.GetNumericAsync(request, context.CancellationToken), context.CancellationToken);

    /// <inheritdoc/>
    public override Task<GetMeteredEntitlementResponse> GetMeteredEntitlement(GetMeteredEntitlementRequest request, ServerCallContext context) =>
        timer.EndsWith(nameof(GetMeteredEntitlement), timer.Now, calls.GetMeteredAsync(request, context.CancellationToken), context.CancellationToken);

    /// <inheritdoc/>
    public override Task<GetEnumEntitlementResponse> GetEnumEntitlement(GetEnumEntitlementRequest request, ServerCallContext context) =>
        timer.EndsWith(nameof(GetEnumEntitlement), timer.Now, calls.GetEnumAsync(request, context.CancellationToken), context.CancellationToken);

    /// <inheritdoc/>
    public override Task<GetEntitlementV2Response> GetEntitlementV2(GetEntitlementV2Request request, ServerCallContext context) =>
        timer.EndsWith(nameof(GetEntitlementV2), timer.Now, calls.GetEntitlementV2Async(request, context.CancellationToken), context.CancellationToken);

    /// <inheritdoc/>
    public override Task<GetEntitlementsStateV2Response> GetEntitlementsStateV2(GetEntitlementsStateV2Request request, ServerCallContext context) =>
        timer.EndsWith(nameof(GetEntitlementsStateV2), timer.Now, calls.GetEntitlementsStateV2Async(request, context.CancellationToken), context.CancellationToken);

    /// <inheritdoc/>
    public override Task<ReloadEntitlementsResponse> ReloadEntitlements(ReloadEntitlementsRequest request, ServerCallContext context) =>
        timer.EndsWith(nameof(ReloadEntitlements), timer.Now, calls.ReloadAsync(request, context.CancellationToken), context.CancellationToken);

    /// <inheritdoc/>
    public override Task<ReportUsageResponse> ReportUsage(ReportUsageRequest request, ServerCallContext context) =>
        timer.EndsWith(nameof(ReportUsage), timer.Now, writes.ReportUsageAsync(request, context.CancellationToken), context.CancellationToken);

    /// <inheritdoc/>
    public override Task<ReportUsageBulkResponse> ReportUsageBulk(ReportUsageBulkRequest request, ServerCallContext context) =>
        timer.EndsWith(nameof(ReportUsageBulk), timer.Now, writes.ReportUsageBulkAsync(request, context.CancellationToken), context.CancellationToken);

    /// <inheritdoc/>
    public override Task<Empty> ReportEvents(ReportEventsRequest request, ServerCallContext context) =>
        timer.EndsWith(nameof(ReportEvents), timer.Now, writes.ReportEventsAsync(request, context.CancellationToken), context.CancellationToken);
}
