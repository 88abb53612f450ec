using System.Text;
using System.Text.Json.Nodes;
using EntitlementCache.Messages;
using PersistentCacheService.Tests.Contract;

namespace PersistentCacheService.Tests.Messages;

public sealed class EventNamesTests
{
    private static readonly JsonObject Events = ContractFile.Read(ContractFile.Events)["events"]!.AsObject();

    public static TheoryData<string> Names => [.. Events.Select(static row => row.Key)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Event_has_the_effect_of_the_contract(string name)
    {
        var type = MessageTypes.Resolve(Encoding.UTF8.GetBytes(name));

        Assert.Equal((string?)Events[name], EffectOf(type));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Event_about_a_customer_does_what_the_contract_says(string name)
    {
        using var operation = DecodedAs.Any($$"""{"type":"{{name}}","customerId":"c"}""");

        var isAsExpected = (string?)Events[name] switch
        {
            "purge" => operation is Purge,
            "refresh" or "sweep" => operation is Refresh { UnknownType: null },
            "none" or "unwrap" => operation is Ignore,
            _ => operation is Malformed, // the payload's own members are missing
        };
        Assert.True(isAsExpected, $"{Events[name]} became {operation.GetType().Name}");
    }

    private static string EffectOf(MessageType type) => type switch
    {
        MessageType.EntitlementsUpdated or MessageType.UsageUpdated or MessageType.MeasurementReported or MessageType.CreditsConsumed => "payload",
        MessageType.CachePurge or MessageType.CustomerDeleted => "purge",
        MessageType.CustomerChanged or MessageType.CreditBalanceUpdated => "refresh",
        MessageType.CacheSweep => "sweep",
        MessageType.NoEffect => "none",
        MessageType.WebhookReplayed => "unwrap",
        _ => "unknown",
    };
}
