using System.Text.Json;
using System.Text.Json.Nodes;

namespace TestKit.Messages;

/// <summary>Bodies of the messages that are not about one value: purges, webhooks, envelopes, and the malformed ones.</summary>
public static class StiggMessages
{
    /// <summary>Bodies that must never be written nor acknowledged, each with what is wrong with it.</summary>
    public static IReadOnlyDictionary<string, string> Malformed { get; } = new Dictionary<string, string>
    {
        ["not JSON"] = "this is not JSON",
        ["empty"] = " ",
        ["cut off"] = """{"type":"usageUpdatedV2","customerId":"customer-000001","usage":{"curr""",
        ["not an object"] = "[1,2,3]",
        ["no discriminator and no known members"] = """{"hello":"world"}""",
        ["customer id missing"] = """{"type":"usageUpdatedV2","entitlementReference":{"type":"FEATURE","id":"f"},"usage":{"currentUsage":1,"usageUpdatedAt":"2026-01-01T00:00:00.000Z"}}""",
        ["customer id of the wrong type"] = """{"type":"usageUpdatedV2","customerId":7,"entitlementReference":{"type":"FEATURE","id":"f"},"usage":{"currentUsage":1,"usageUpdatedAt":"2026-01-01T00:00:00.000Z"}}""",
        ["customer id that forges a key"] = """{"type":"usageUpdatedV2","customerId":"a:f_b","entitlementReference":{"type":"FEATURE","id":"f"},"usage":{"currentUsage":1,"usageUpdatedAt":"2026-01-01T00:00:00.000Z"}}""",
        ["usage missing"] = """{"type":"usageUpdatedV2","customerId":"customer-000001","entitlementReference":{"type":"FEATURE","id":"f"}}""",
        ["usage that is no number"] = """{"type":"usageUpdatedV2","customerId":"customer-000001","entitlementReference":{"type":"FEATURE","id":"f"},"usage":{"currentUsage":"many","usageUpdatedAt":"2026-01-01T00:00:00.000Z"}}""",
    };

    /// <summary>cachePurge of customers and resources of customers.</summary>
    public static string Purge(params ReadOnlySpan<(string CustomerId, string? ResourceId)> customers)
    {
        var list = new JsonArray();
        foreach (var (customerId, resourceId) in customers)
        {
            list.Add(new JsonObject { ["customerId"] = customerId, ["resourceId"] = resourceId });
        }

        return new JsonObject { ["type"] = "cachePurge", ["customers"] = list }.ToJsonString();
    }

    /// <summary>The public webhook entitlements.updated: it lacks what a cache entry needs, so it asks for a refresh.</summary>
    public static string EntitlementsWebhook(string customerId, string? resourceId = null) => new JsonObject
    {
        ["type"] = "entitlements.updated",
        ["messageId"] = "9f1c2a7e-0d4b-4c1e-8a63-5d2f8f0b7c11",
        ["traceId"] = "4b7d6f2e91c84a5f",
        ["customer"] = new JsonObject { ["id"] = customerId, ["name"] = "A customer" },
        ["resource"] = resourceId is null ? null : new JsonObject { ["id"] = resourceId },
        ["entitlements"] = new JsonArray(new JsonObject
        {
            ["feature"] = new JsonObject { ["id"] = "feature-00-metered", ["featureType"] = "NUMBER", ["meterType"] = "INCREMENTAL" },
            ["usageLimit"] = 1000,
            ["currentUsage"] = 10,
        }),
        ["entitlementsUpdatedAt"] = "2026-01-01T00:00:00.000Z",
    }.ToJsonString();

    /// <summary>creditBalanceUpdated: it asks for a refresh.</summary>
    public static string CreditBalance(string customerId, string currencyId, double granted, double consumed) => new JsonObject
    {
        ["type"] = "creditBalanceUpdated",
        ["customerId"] = customerId,
        ["resourceId"] = null,
        ["currencyId"] = currencyId,
        ["totalGranted"] = granted,
        ["totalConsumed"] = consumed,
        ["currentBalance"] = granted - consumed,
    }.ToJsonString();

    /// <summary>A type that names no customer: acknowledged, nothing written.</summary>
    public static string PackagePublished() => """{"type":"packagePublished","packageType":"PLAN","packageRefId":"plan-pro","packageVersion":3,"migrationType":"NEW_CUSTOMERS"}""";

    /// <summary>A type nobody knows, with a customer id: it asks for a refresh.</summary>
    public static string Unknown(string type, string customerId) => new JsonObject { ["type"] = type, ["customerId"] = customerId }.ToJsonString();

    /// <summary>The body as SNS delivers it to a queue.</summary>
    public static string InSns(string body) => new JsonObject
    {
        ["Type"] = "Notification",
        ["MessageId"] = "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        ["TopicArn"] = "arn:aws:sns:us-east-1:123456789012:stigg",
        ["Message"] = body,
        ["Timestamp"] = "2026-01-01T00:00:00.000Z",
    }.ToJsonString();

    /// <summary>The body as EventBridge delivers it to a queue.</summary>
    public static string InEventBridge(string body, string detailType) => new JsonObject
    {
        ["version"] = "0",
        ["id"] = "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        ["detail-type"] = detailType,
        ["source"] = "stigg",
        ["detail"] = JsonNode.Parse(body),
    }.ToJsonString();

    /// <summary>The answer of the Edge API that holds the entitlements of a message.</summary>
    public static JsonArray EdgeEntitlements(EntitlementsMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var body = JsonSerializer.Deserialize<JsonObject>(message.Body())!;
        return (JsonArray)body["entitlements"]!.DeepClone();
    }
}
