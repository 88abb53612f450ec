using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Stigg.Sidecar.V1;

namespace Sidecar.Writes;

/// <summary>What a write must be to be sent at all; JSON, in which it is sent, has neither NaN nor infinity nor every date that protobuf's bytes can hold.</summary>
internal static class WriteRules
{
    private const int MostUsages = 100; // of reportUsageBulk
    private const int MostEvents = 1000; // of reportEvent

    private static readonly (long First, long Last) Seconds = (DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds());

    /// <exception cref="RpcException">It is refused, with the reason.</exception>
    public static void Check(ReportUsageRequest request)
    {
        Demand(request.CustomerId.Length > 0 && request.FeatureId.Length > 0, "customer_id and feature_id are required.");
        Demand(double.IsFinite(request.Value), "value must be a finite number.");
        Check(request.Dimensions, request.Timestamp);
    }

    /// <inheritdoc cref="Check(ReportUsageRequest)"/>
    public static void Check(ReportUsageBulkRequest request)
    {
        Demand(request.Usages.Count is > 0 and <= MostUsages, $"usages must hold 1 to {MostUsages} reports.");
        foreach (var usage in request.Usages)
        {
            Check(usage);
        }
    }

    /// <inheritdoc cref="Check(ReportUsageRequest)"/>
    public static void Check(ReportEventsRequest request)
    {
        Demand(request.Events.Count is > 0 and <= MostEvents, $"events must hold 1 to {MostEvents} events.");
        foreach (var one in request.Events)
        {
            Demand(one.EventName.Length > 0 && one.CustomerId.Length > 0, "event_name and customer_id are required.");
            Demand(one.IdempotencyKey.Length > 0, "idempotency_key is required.");
            Check(one.Dimensions, one.Timestamp);
        }
    }

    private static void Check(MapField<string, EventDimensionValue> dimensions, Timestamp? timestamp)
    {
        foreach (var (_, value) in dimensions)
        {
            Demand(value.ValueCase != EventDimensionValue.ValueOneofCase.NumberValue || double.IsFinite(value.NumberValue), "a dimension's number_value must be a finite number.");
        }

        Demand(
            timestamp is null || (timestamp.Seconds >= Seconds.First && timestamp.Seconds <= Seconds.Last && timestamp.Nanos is >= 0 and < 1_000_000_000),
            "timestamp must be a time of the years 1 to 9999.");
    }

    private static void Demand(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, otherwise));
        }
    }
}
