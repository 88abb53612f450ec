using System.Globalization;
using TestKit.Invariants;
using TestKit.Messages;

namespace TestKit.Tests.Invariants;

public sealed class InvariantCheckerTests : IAsyncLifetime
{
    private static readonly StiggMessage[] Sent =
    [
        .. new MessageGenerator { Customers = 5, Seed = 3 }.Generate(200, prime: true),
        new EntitlementsMessage
        {
            CustomerId = "with-credit",
            ResourceId = "site-1",
            Time = MessageGenerator.BaseTime,
            Entitlements = [new CreditEntitlement("tokens", "Tokens", 5000, 10.5, MessageGenerator.BaseTime)],
        },
    ];

    private static readonly string UsageKey = Sent.OfType<UsageMessage>().SelectMany(static message => message.Writes()).First().Key;

    private RedisServer? _server;
    private RedisReader? _redis;

    public async Task InitializeAsync()
    {
        if (!Prerequisite.RedisServer.IsPresent)
        {
            return; // Each test says so and skips.
        }

        _server = await RedisServer.StartAsync();
        _redis = await RedisReader.ConnectAsync(_server.Host, _server.Port);
    }

    public async Task DisposeAsync()
    {
        _redis?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task A_cache_in_the_newest_state_has_no_violations()
    {
        var redis = await ApplyNewestAsync(Sent);

        await InvariantChecker.HoldsAsync(redis, Sent);
    }

    [SkippableFact]
    public async Task An_older_value_is_stale_unless_the_newer_message_is_still_queued()
    {
        var newest = Sent.Where(message => message.Writes().Any(static write => write.Key == UsageKey)).MaxBy(static message => message.Time)!;
        var redis = await ApplyNewestAsync(Sent.Except([newest]));

        Assert.Contains("stale", await ViolationsAsync(redis, new CacheRules()), StringComparison.Ordinal);
        Assert.Empty(await ViolationsAsync(redis, new CacheRules { BodiesLeft = new HashSet<string> { newest.Body() } }));
    }

    [SkippableTheory]
    [InlineData("a missing key", "missing")]
    [InlineData("a lost timestamp", "a value without its timestamp")]
    [InlineData("a lost value", "a timestamp without its value")]
    [InlineData("a changed value", "instead of")]
    [InlineData("a value that is not JSON", "instead of")]
    [InlineData("a timestamp nobody sent", "no message sent has that time")]
    [InlineData("a broken timestamp", "the timestamp is 'x'")]
    [InlineData("a foreign key", "no message wrote this key")]
    [InlineData("no expiry", "never expires")]
    [InlineData("a wrong expiry", "configured is")]
    [InlineData("expiries that differ", "its timestamp in")]
    public async Task What_is_wrong_is_found(string damage, string violation)
    {
        var redis = await ApplyNewestAsync(Sent);
        var key = $"production:{UsageKey}";
        string[][] commands = damage switch
        {
            "a missing key" => [["DEL", key, $"{key}#timestamp"]],
            "a lost timestamp" => [["DEL", $"{key}#timestamp"]],
            "a lost value" => [["DEL", key]],
            "a changed value" => [["SET", key, """{"currentUsage":-1}""", "KEEPTTL"]],
            "a value that is not JSON" => [["SET", key, "{", "KEEPTTL"]],
            "a timestamp nobody sent" => [["SET", $"{key}#timestamp", "9999999999999", "KEEPTTL"]],
            "a broken timestamp" => [["SET", $"{key}#timestamp", "x", "KEEPTTL"]],
            "a foreign key" => [["SET", "production:c_nobody", "{}"]],
            "no expiry" => [["PERSIST", key]],
            "a wrong expiry" => [["EXPIRE", key, "1000"], ["EXPIRE", $"{key}#timestamp", "1000"]],
            _ => [["EXPIRE", key, "604700"]],
        };
        await redis.ExecuteAllAsync(commands);

        Assert.Contains(violation, await ViolationsAsync(redis, new CacheRules()), StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => InvariantChecker.HoldsAsync(redis, Sent));
    }

    [SkippableFact]
    public async Task Purged_customers_may_be_absent_and_foreign_keys_may_be_declared()
    {
        var redis = await ApplyNewestAsync(Sent.Where(static message => message.CustomerId != "with-credit"));
        await redis.ExecuteAsync("SET", "production-lock", "x");
        var rules = new CacheRules { Purged = new HashSet<string> { "with-credit" }, IsForeign = static key => key == "production-lock" };

        Assert.Empty(await ViolationsAsync(redis, rules));
        Assert.Contains("missing", await ViolationsAsync(redis, rules with { Purged = new HashSet<string>() }), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_wiped_redis_is_no_loss_of_messages_but_what_it_holds_must_be_whole()
    {
        Prerequisite.RedisServer.Demand();
        var rules = new CacheRules { RedisLostData = true };

        Assert.Empty(await ViolationsAsync(_redis!, rules));
        await _redis!.ExecuteAsync("SET", $"production:{UsageKey}", "{}");
        Assert.NotEmpty(await ViolationsAsync(_redis, rules));
    }

    [Fact]
    public void Two_messages_with_the_same_time_for_a_key_are_refused()
    {
        var first = Sent.OfType<UsageMessage>().First();

        Assert.Throws<InvalidOperationException>(() => new ExpectedCache([first, first with { CurrentUsage = first.CurrentUsage + 1 }]));
    }

    private static async Task<string> ViolationsAsync(RedisReader redis, CacheRules rules) =>
        string.Join('\n', await InvariantChecker.FindViolationsAsync(redis, Sent, rules));

    private async Task<RedisReader> ApplyNewestAsync(IEnumerable<StiggMessage> messages)
    {
        Prerequisite.RedisServer.Demand();
        var newest = messages.SelectMany(static message => message.Writes()).GroupBy(static write => write.Key).Select(static writes => writes.MaxBy(static write => write.Timestamp)!);
        await _redis!.ExecuteAllAsync([.. newest.SelectMany(static write => new[]
        {
            new[] { "SET", $"production:{write.Key}", write.Value().ToJsonString(), "EX", "604800" },
            ["SET", $"production:{write.Key}#timestamp", write.Timestamp.ToString(CultureInfo.InvariantCulture), "EX", "604800"],
        })]);
        return _redis;
    }
}
