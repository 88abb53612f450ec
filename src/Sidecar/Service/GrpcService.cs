using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Sidecar.Writes;
using Stigg.Sidecar.V1;

namespace Sidecar.Service;

/// <summary>The gRPC face of the calls.</summary>
/// <param name="calls">Reads.</param>
/// <param name="writes">Writes.</param>
internal sealed class GrpcService(Calls calls, UsageWrites writes) : SidecarService.SidecarServiceBase
{
    /// <inheritdoc/>
    public override Task<GetEntitlementsResponse> GetEntitlements(GetEntitlementsRequest request, ServerCallContext context) =>
        calls.GetEntitlementsAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<GetEntitlementResponse> GetEntitlement(GetEntitlementRequest request, ServerCallContext context) =>
        calls.GetEntitlementAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<GetBooleanEntitlementResponse> GetBooleanEntitlement(GetBooleanEntitlementRequest request, ServerCallContext context) =>
        calls.GetBooleanAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<GetNumericEntitlementResponse> GetNumericEntitlement(GetNumericEntitlementRequest request, ServerCallContext context) =>
        calls.GetNumericAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<GetMeteredEntitlementResponse> GetMeteredEntitlement(GetMeteredEntitlementRequest request, ServerCallContext context) =>
        calls.GetMeteredAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<GetEnumEntitlementResponse> GetEnumEntitlement(GetEnumEntitlementRequest request, ServerCallContext context) =>
        calls.GetEnumAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<GetEntitlementV2Response> GetEntitlementV2(GetEntitlementV2Request request, ServerCallContext context) =>
        calls.GetEntitlementV2Async(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<GetEntitlementsStateV2Response> GetEntitlementsStateV2(GetEntitlementsStateV2Request request, ServerCallContext context) =>
        calls.GetEntitlementsStateV2Async(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<ReloadEntitlementsResponse> ReloadEntitlements(ReloadEntitlementsRequest request, ServerCallContext context) =>
        calls.ReloadAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<ReportUsageResponse> ReportUsage(ReportUsageRequest request, ServerCallContext context) =>
        writes.ReportUsageAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<ReportUsageBulkResponse> ReportUsageBulk(ReportUsageBulkRequest request, ServerCallContext context) =>
        writes.ReportUsageBulkAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<Empty> ReportEvents(ReportEventsRequest request, ServerCallContext context) =>
        writes.ReportEventsAsync(request, context.CancellationToken);
}
