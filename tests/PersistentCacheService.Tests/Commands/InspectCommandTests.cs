using System.Globalization;
using System.Text.Json.Nodes;
using EntitlementCache.Caching;
using EntitlementCache.Messages;
using EntitlementCache.Settings;
using PersistentCacheService.Tests.Caching;
using TestKit.Messages;

namespace PersistentCacheService.Tests.Commands;

public sealed class InspectCommandTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const long Time = 1_767_225_600_000; // 2026-01-01

    private static readonly FeatureEntitlement Calls = new(new Feature("feature-calls", "Calls", "NUMBER", "Incremental"), UsageLimit: 100, CurrentUsage: 42);
    private static readonly FeatureEntitlement Sso = new(new Feature("feature-sso", "SSO", "BOOLEAN"));
    private static readonly CreditEntitlement Credit = new("credit-ai", "AI credits", Granted: 500, Consumed: 120);

    [SkippableFact]
    public async Task A_cached_customer_is_shown_with_its_usage_and_is_a_hit()
    {
        await CacheAsync(CacheLayout.V3);

        var run = await InspectAsync("v3", "customer-1");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Matches(@"(?m)^feature-calls +NUMBER Incremental +100 +42 +\S.* ago +in 9 min", run.Output);
        Assert.Matches(@"(?m)^CREDIT:credit-ai +CREDIT +500 +120 ", run.Output);
        Assert.Matches(@"(?m)^lock +free$", run.Output);
        Assert.Contains("updated 2026-01-01T00:00:00.000Z", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("reader of v3: hit", run.Output.TrimEnd(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Json_holds_the_same_for_programs()
    {
        await CacheAsync(CacheLayout.V3);

        var run = await InspectAsync("v3", "customer-1", "--json");
        var json = JsonNode.Parse(run.Output)!;

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(("production:c_customer-1", true, Time), ((string?)json["entitlements"]!["key"], (bool)json["entitlements"]!["exists"]!, (long)json["entitlements"]!["updatedAt"]!));
        Assert.InRange((double)json["entitlements"]!["expiresInSeconds"]!, 1, 600);
        var calls = json["items"]!.AsArray().Single(static item => (string?)item!["id"] == "feature-calls")!;
        Assert.Equal((42, "production:c_customer-1:f_feature-calls"), ((double)calls["usage"]!["currentUsage"]!, (string?)calls["usage"]!["key"]));
        Assert.Equal(100, (double)calls["calculatedEntitlement"]!["usageLimit"]!);
        Assert.True((bool)json["readers"]![0]!["hit"]!);
    }

    // What the real readers make of the same gaps is in PersistentCacheService.IntegrationTests/Readers.
    [SkippableTheory]
    [InlineData("", "v3 v2")]
    [InlineData("#timestamp", "v3")]
    [InlineData(":metadata", "")]
    [InlineData(":f_feature-calls", "v3 v2")]
    [InlineData(":f_feature-calls#timestamp", "v3")]
    [InlineData(":credit_credit-ai", "v3")]
    public async Task A_missing_key_is_named_as_the_reason_of_a_miss(string missing, string misses)
    {
        await CacheAsync(CacheLayout.Dual);
        await redis.Reader.ExecuteAsync("DEL", $"production:c_customer-1{missing}");

        var run = await InspectAsync("dual", "customer-1", "--json");
        var readers = JsonNode.Parse(run.Output)!["readers"]!.AsArray();
        var expected = misses.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(expected.Length == 0 ? 0 : 3, run.ExitCode);
        Assert.Equal(expected, readers.Where(static reader => !(bool)reader!["hit"]!).Select(static reader => (string)reader!["generation"]!));
        Assert.All(
            readers.Where(static reader => !(bool)reader!["hit"]!),
            reader => Assert.Contains($"production:c_customer-1{missing} is missing", reader!["reasons"]!.AsArray().Select(static reason => (string)reason!)));
    }

    [SkippableFact]
    public async Task A_resource_older_than_its_customer_is_a_miss()
    {
        await CacheAsync(CacheLayout.V3, resourceId: "site-1");
        await CacheAsync(CacheLayout.V3, empty: false);

        Assert.Equal(0, (await InspectAsync("v3", "customer-1", "site-1")).ExitCode);
        await redis.Reader.ExecuteAsync("SET", "production:c_customer-1#timestamp", (Time + 1).ToString(CultureInfo.InvariantCulture));
        var run = await InspectAsync("v3", "customer-1", "site-1");

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("production:c_customer-1#timestamp is newer than that of the resource", run.Output, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("not JSON", "is no JSON")]
    [InlineData("[1]", "is no JSON object")]
    [InlineData("""{"f":7}""", "has a member 'f' that is no entitlement")]
    [InlineData("""{"f":{"calculatedEntitlement":{"feature":{"id":"f","featureType":"BOOLEAN"},"validUntil":5}}}""", "f ended at 1970-01-01T00:00:00.005Z")]
    public async Task A_value_no_reader_can_use_is_a_miss_that_says_why(string value, string reason)
    {
        await redis.StartEmptyAsync();
        await redis.Reader.ExecuteAsync("MSET", "production:c_customer-1", value, "production:c_customer-1#timestamp", "1000");

        var run = await InspectAsync("v3", "customer-1");

        Assert.Equal(3, run.ExitCode);
        Assert.Contains(reason, run.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_held_lock_and_a_denial_are_shown()
    {
        await redis.StartEmptyAsync();
        await redis.Reader.ExecuteAsync("MSET", "production:c_customer-1", "{}", "production:c_customer-1#timestamp", "1000");
        await redis.Reader.ExecuteAsync("SET", "production:c_customer-1:metadata", """{"accessDeniedReason":"NoActiveSubscription"}""");
        await redis.Reader.ExecuteAsync("SET", "production-customer-1", "0123");

        var run = await InspectAsync("v3", "customer-1");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches("(?m)^access denied +NoActiveSubscription$", run.Output);
        Assert.Matches("(?m)^lock +held by an SDK", run.Output);
        Assert.Contains("expires never", run.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task With_the_workers_rights_only_the_expiry_is_unknown()
    {
        await CacheAsync(CacheLayout.V3);
        await redis.Reader.ExecuteAsync("ACL", "SETUSER", "worker", "on", ">secret", "~production:c_*", "~production-*", "+evalsha", "+eval", "+exists", "+mget", "+set", "+del", "+role", "+ping");

        var run = await CommandRun.OfAsync(new Dictionary<string, string?>(Environment("v3")) { ["REDIS_USERNAME"] = "worker", ["REDIS_PASSWORD"] = "secret" }, "inspect", "customer-1");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("expires unknown: the Redis user lacks +pttl", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", run.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Purge_removes_the_entitlements_and_says_whether_there_were_any()
    {
        await CacheAsync(CacheLayout.V3);

        var (first, second) = (await CommandRun.OfAsync(Environment("v3"), "purge", "customer-1"), await CommandRun.OfAsync(Environment("v3"), "purge", "customer-1"));

        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        Assert.Contains("is purged", first.Output, StringComparison.Ordinal);
        Assert.Contains("was not cached", second.Output, StringComparison.Ordinal);
        Assert.Equal(0L, await redis.Reader.ExecuteAsync("EXISTS", "production:c_customer-1", "production:c_customer-1#timestamp", "production:c_customer-1:metadata"));
    }

    [SkippableFact]
    public async Task Purge_says_the_same_to_programs()
    {
        await CacheAsync(CacheLayout.V3);

        var (first, second) = (await CommandRun.OfAsync(Environment("v3"), "purge", "customer-1", "--json"), await CommandRun.OfAsync(Environment("v3"), "purge", "customer-1", "--json"));

        Assert.Equal("""{"customerId":"customer-1","resourceId":null,"environmentPrefix":"production","wasCached":true}""", first.Output.TrimEnd());
        Assert.Equal("""{"customerId":"customer-1","resourceId":null,"environmentPrefix":"production","wasCached":false}""", second.Output.TrimEnd());
    }

    [SkippableFact]
    public async Task Purge_of_a_locked_customer_ends_with_75_and_changes_nothing()
    {
        await CacheAsync(CacheLayout.V3);
        await redis.Reader.ExecuteAsync("SET", "production-customer-1", "0123");

        var run = await CommandRun.OfAsync(new Dictionary<string, string?>(Environment("v3")) { ["CACHE_LOCK_RETRY_COUNT"] = "2" }, "purge", "customer-1");

        Assert.Equal((75, ""), (run.ExitCode, run.Output));
        Assert.Equal(1L, await redis.Reader.ExecuteAsync("EXISTS", "production:c_customer-1"));
    }

    private Dictionary<string, string?> Environment(string layout) => new()
    {
        ["REDIS_HOST"] = "127.0.0.1",
        ["REDIS_PORT"] = redis.Port.ToString(CultureInfo.InvariantCulture),
        ["CACHE_LAYOUT"] = layout,
    };

    private Task<CommandRun> InspectAsync(string layout, params string[] arguments) => CommandRun.OfAsync(Environment(layout), ["inspect", .. arguments]);

    /// <summary>Writes a customer, or a resource of one, as the worker does.</summary>
    private async Task CacheAsync(CacheLayout layout, string? resourceId = null, bool empty = true)
    {
        if (empty)
        {
            await redis.StartEmptyAsync();
        }

        var message = new EntitlementsMessage { CustomerId = "customer-1", ResourceId = resourceId, Time = Time, Entitlements = [Calls, Sso, Credit] };
        var operation = MessageDecoder.Decode(System.Text.Encoding.UTF8.GetBytes(message.Body()), default);
        Assert.Equal(ApplyOutcome.Written, await redis.Cache(RedisFixture.Upsert with { Layout = layout }).ApplyAsync(operation, CancellationToken.None));
    }
}
