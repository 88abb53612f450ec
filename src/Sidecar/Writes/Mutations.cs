using System.Text.Json;
using Google.Protobuf.Collections;
using Sidecar.GraphQl;
using Stigg.Sidecar.V1;

namespace Sidecar.Writes;

/// <summary>The bodies of the three mutations (SIDECAR 6).</summary>
internal static class Mutations
{
    private const string UsageFields =
        "id featureId customerId resourceId currentUsage credit{currencyId currentUsage usagePeriodEnd timestamp consumed} usagePeriodStart usagePeriodEnd nextResetDate timestamp";

    /// <summary>One report.</summary>
    public static ReadOnlyMemory<byte> ReportUsage(ReportUsageRequest request) => GraphQlBody.Write(
        "ReportUsage",
        $"mutation ReportUsage($input: ReportUsageInput!){{reportUsage(input:$input){{{UsageFields}}}}}",
        json =>
        {
            json.WritePropertyName("input");
            WriteUsage(json, request);
        });

    /// <summary>Several reports.</summary>
    public static ReadOnlyMemory<byte> ReportUsageBulk(IEnumerable<ReportUsageRequest> requests) => GraphQlBody.Write(
        "ReportUsageBulk",
        $"mutation ReportUsageBulk($input: ReportUsageBulkInput!){{reportUsageBulk(input:$input){{{UsageFields}}}}}",
        json =>
        {
            json.WriteStartObject("input");
            json.WriteStartArray("usages");
            foreach (var request in requests)
            {
                WriteUsage(json, request);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });

    /// <summary>Events.</summary>
    public static ReadOnlyMemory<byte> ReportEvents(IEnumerable<Event> events) => GraphQlBody.Write(
        "ReportEvent",
        "mutation ReportEvent($events: UsageEventsReportInput!){reportEvent(events:$events)}",
        json =>
        {
            json.WriteStartObject("events");
            json.WriteStartArray("usageEvents");
            foreach (var one in events)
            {
                json.WriteStartObject();
                json.WriteString("customerId", one.CustomerId);
                json.WriteString("eventName", one.EventName);
                json.WriteString("idempotencyKey", one.IdempotencyKey);
                WriteOptional(json, "resourceId", one.HasResourceId, one.ResourceId);
                WriteDimensions(json, one.Dimensions);
                WriteTime(json, "timestamp", one.Timestamp);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });

    private static void WriteUsage(Utf8JsonWriter json, ReportUsageRequest request)
    {
        json.WriteStartObject();
        json.WriteString("customerId", request.CustomerId);
        WriteOptional(json, "resourceId", request.HasResourceId, request.ResourceId);
        json.WriteString("featureId", request.FeatureId);
        json.WriteNumber("value", request.Value);
        if (request.HasUpdateBehavior && request.UpdateBehavior != UsageUpdateBehavior.Unspecified)
        {
            json.WriteString("updateBehavior", request.UpdateBehavior == UsageUpdateBehavior.Set ? "SET" : "DELTA");
        }

        WriteDimensions(json, request.Dimensions);
        WriteTime(json, "createdAt", request.Timestamp);
        json.WriteEndObject();
    }

    private static void WriteDimensions(Utf8JsonWriter json, MapField<string, EventDimensionValue> dimensions)
    {
        if (dimensions.Count == 0)
        {
            return;
        }

        json.WriteStartObject("dimensions");
        foreach (var (name, value) in dimensions)
        {
            switch (value.ValueCase)
            {
                case EventDimensionValue.ValueOneofCase.StringValue:
                    json.WriteString(name, value.StringValue);
                    break;
                case EventDimensionValue.ValueOneofCase.NumberValue:
                    json.WriteNumber(name, value.NumberValue);
                    break;
                case EventDimensionValue.ValueOneofCase.BooleanValue:
                    json.WriteBoolean(name, value.BooleanValue);
                    break;
            }
        }

        json.WriteEndObject();
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, bool isPresent, string value)
    {
        if (isPresent && value.Length > 0)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteTime(Utf8JsonWriter json, string name, Google.Protobuf.WellKnownTypes.Timestamp? time)
    {
        if (time is not null)
        {
            json.WriteString(name, time.ToDateTimeOffset());
        }
    }
}
