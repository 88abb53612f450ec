using System.Globalization;
using System.Text.Json.Nodes;
using EntitlementCache.Messages;
using PersistentCacheService.Tests.Caching;
using TestKit.Messages;

namespace PersistentCacheService.Tests.Commands;

/// <summary>A credit's entry that an SDK wrote tells what nothing public does: how readers name it and its members.</summary>
public sealed class InspectCreditsTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const string OursWithoutName = """{"calculatedEntitlement":{"type":"CREDIT","currency":{"id":"credit-ai","currencyId":"credit-ai","additionalMetaData":{"any":1}},"usageLimit":500,"hasSoftLimit":false},"usageData":{"currentUsage":0}}""";

    [SkippableTheory]
    [InlineData("CREDIT:")]
    [InlineData("credit_")]
    [InlineData("none")]
    public async Task What_the_worker_writes_under_a_setting_is_what_inspect_expects_under_it(string prefix)
    {
        await redis.StartEmptyAsync();
        var message = new EntitlementsMessage { CustomerId = "customer-1", Time = 1000, Entitlements = [new CreditEntitlement("credit-ai", "AI credits", Granted: 500, Consumed: 120)] };
        var settings = RedisFixture.Upsert with { CreditKeyPrefix = prefix == "none" ? "" : prefix };
        await redis.Cache(settings).ApplyAsync(MessageDecoder.Decode(System.Text.Encoding.UTF8.GetBytes(message.Body()), default), CancellationToken.None);

        var (table, json) = await InspectAsync(prefix);

        var credit = Assert.Single(json["credits"]!.AsArray())!;
        Assert.Equal(settings.CreditKeyPrefix + "credit-ai", (string?)credit["name"]);
        Assert.Empty(credit["differences"]!.AsArray());
        Assert.Null(credit["advice"]);
        Assert.Contains($"{settings.CreditKeyPrefix}credit-ai: named and made as this worker does", table, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("CREDIT:credit-ai", "CREDIT:", "")]
    [InlineData("CREDIT:credit-ai", "credit_", "if an SDK wrote the entry, set CACHE_CREDIT_KEY_PREFIX=CREDIT:")]
    [InlineData("credit_credit-ai", "CREDIT:", "if an SDK wrote the entry, set CACHE_CREDIT_KEY_PREFIX=credit_")]
    [InlineData("credit-ai", "CREDIT:", "if an SDK wrote the entry, set CACHE_CREDIT_KEY_PREFIX=none")]
    [InlineData("credit-ai:CREDIT", "CREDIT:", "no setting makes this name: if an SDK wrote the entry, report it with its version")]
    public async Task Another_name_is_told_with_the_setting_that_follows(string name, string prefix, string advice)
    {
        await StoreAsync(name, OursWithoutName);

        var (table, json) = await InspectAsync(prefix);

        var credit = Assert.Single(json["credits"]!.AsArray())!;
        Assert.Equal((prefix + "credit-ai", advice), ((string?)credit["ourName"], (string?)credit["advice"] ?? ""));
        Assert.Equal(advice.Length == 0 ? [] : [$"name: ours would be {prefix}credit-ai"], credit["differences"]!.AsArray().Select(static difference => (string)difference!));
        Assert.Contains(advice, table, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Every_other_member_is_told()
    {
        await StoreAsync(
            "CREDIT:credit-ai",
            """
            {"calculatedEntitlement":{"type":"CREDIT","creditCurrency":{"currencyId":"credit-ai"},"usageLimit":null,"hasSoftLimit":false,"validUntil":"2026-05-01T00:00:00Z"},
            "usageData":{"currentUsage":"7"},"version":2}
            """);

        var (table, json) = await InspectAsync("CREDIT:");

        string[] expected =
        [
            "calculatedEntitlement.currency: missing, ours always has it",
            "calculatedEntitlement.validUntil: a text, ours is a number",
            "calculatedEntitlement.creditCurrency: ours has no such member",
            "usageData.currentUsage: a text, ours is a number",
            "version: ours has no such member",
        ];
        var credit = Assert.Single(json["credits"]!.AsArray())!;
        Assert.Equal(expected, credit["differences"]!.AsArray().Select(static difference => (string)difference!));
        Assert.Contains("no setting changes members", (string)credit["advice"]!, StringComparison.Ordinal);
        Assert.All(expected, difference => Assert.Contains($"  {difference}\n", table, StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData("""{"calculatedEntitlement":{"type":"CREDIT","currency":{"id":"7f1c","currencyId":"credit-ai"},"usageLimit":1,"hasSoftLimit":false},"usageData":{"currentUsage":0}}""", "calculatedEntitlement.currency.id: 7f1c, ours is the currency id")]
    [InlineData("""{"calculatedEntitlement":{"type":"CREDIT","usageLimit":1,"hasSoftLimit":false},"usageData":{"currentUsage":0}}""", "its currency id is nowhere")]
    [InlineData("""{"calculatedEntitlement":{"currencyId":"credit-ai","usageLimit":1,"hasSoftLimit":false},"usageData":{"currentUsage":0}}""", "calculatedEntitlement.type: missing, ours always has it")]
    public async Task An_id_elsewhere_or_nowhere_is_told(string entry, string difference)
    {
        await StoreAsync("CREDIT:credit-ai", entry);

        var (_, json) = await InspectAsync("CREDIT:");

        Assert.Contains(difference, Assert.Single(json["credits"]!.AsArray())!["differences"]!.AsArray().Select(static one => (string)one!));
    }

    private async Task StoreAsync(string name, string entry)
    {
        await redis.StartEmptyAsync();
        await redis.Reader.ExecuteAsync("MSET", "production:c_customer-1", new JsonObject { [name] = JsonNode.Parse(entry) }.ToJsonString(), "production:c_customer-1#timestamp", "1000");
    }

    private async Task<(string Table, JsonNode Json)> InspectAsync(string prefix)
    {
        var environment = new Dictionary<string, string?>
        {
            ["REDIS_HOST"] = "127.0.0.1",
            ["REDIS_PORT"] = redis.Port.ToString(CultureInfo.InvariantCulture),
            ["CACHE_CREDIT_KEY_PREFIX"] = prefix,
        };
        var (table, json) = (await CommandRun.OfAsync(environment, "inspect", "customer-1"), await CommandRun.OfAsync(environment, "inspect", "customer-1", "--json"));
        Assert.Equal(("", ""), (table.Errors, json.Errors));
        return (table.Output, JsonNode.Parse(json.Output)!);
    }
}
