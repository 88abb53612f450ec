using System.Text;
using System.Text.Json.Nodes;
using EntitlementCache.Messages;
using PersistentCacheService.Tests.Contract;

namespace PersistentCacheService.Tests.Messages;

public sealed class DecodeVectorTests
{
    private static readonly JsonNode File = ContractFile.Read(ContractFile.DecodeVectors);

    private static readonly Dictionary<string, JsonNode> Vectors =
        File["vectors"]!.AsArray().ToDictionary(static vector => (string)vector!["name"]!, static vector => vector!);

    public static TheoryData<string> Names => [.. Vectors.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Body_means_what_the_contract_says(string name)
    {
        var vector = Vectors[name];
        using var operation = MessageDecoder.Decode(
            Encoding.UTF8.GetBytes((string)vector["body"]!), new MessageOrigin((long)File["sentTimestamp"]!, DeclaredType(vector)));

        var expected = vector["expect"]!.AsObject();
        var actual = Describe(operation, expected);
        Assert.True(
            JsonNode.DeepEquals(expected, actual), $"expected {expected.ToJsonString()}, got {actual.ToJsonString()} {(operation as Malformed)?.Reason}");
    }

    private static string? DeclaredType(JsonNode vector) =>
        MessageOrigin.AttributeNames
            .Select(name => vector["messageAttributes"]?[name] switch
            {
                JsonValue text => (string?)text,
                JsonObject attribute when MessageOrigin.IsText((string?)attribute["DataType"]) => (string?)attribute["StringValue"],
                _ => null,
            })
            .FirstOrDefault(static type => type is not null);

    private static JsonObject Describe(CacheOperation operation, JsonObject expected)
    {
        switch (operation)
        {
            case UpdateUsage update:
                return About(update, expected.ContainsKey("references") ? SeveralItems(update) : OneItem(update));
            case SetCustomer set:
                return About(set, new()
                {
                    ["effect"] = "setCustomer",
                    ["timestamp"] = set.Timestamp,
                    ["entitlements"] = set.Entitlements.Length,
                });
            case Refresh refresh:
                return About(refresh, new() { ["effect"] = "refresh" });
            case Purge purge:
                return new()
                {
                    ["effect"] = "purge",
                    ["customers"] = new JsonArray([.. purge.Customers.Select(static customer => (JsonNode)Name(customer))]),
                };
            case Sweep:
                return new() { ["effect"] = "none" };
            case UnknownType unknown:
                return new() { ["effect"] = "unknown", ["type"] = unknown.Name };
            default:
                return new() { ["effect"] = operation is Ignore ? "none" : "malformed" };
        }

        JsonObject About(CacheOperation about, JsonObject description)
        {
            description["customerId"] = about.Customer.CustomerIdText;
            if (expected.ContainsKey("resourceId"))
            {
                description["resourceId"] = about.Customer.ResourceIdText;
            }

            return description;
        }
    }

    private static JsonObject OneItem(UpdateUsage update)
    {
        var item = Assert.Single(update.Items.ToArray());
        return new() { ["effect"] = "updateUsage", ["reference"] = Reference(item), ["timestamp"] = item.Timestamp };
    }

    private static JsonObject SeveralItems(UpdateUsage update) => new()
    {
        ["effect"] = "updateUsage",
        ["references"] = new JsonArray([.. update.Items.ToArray().Select(static item => (JsonNode)$"{Reference(item)}@{item.Timestamp}")]),
    };

    private static string Reference(UsageItem item) =>
        $"{(item.Kind == EntitlementKind.Credit ? "CREDIT" : "FEATURE")}:{Encoding.UTF8.GetString(item.Id.Span)}";

    private static string Name(CustomerIdentity customer) =>
        customer.ResourceIdText is { } resource ? $"{customer.CustomerIdText}/{resource}" : customer.CustomerIdText;
}
