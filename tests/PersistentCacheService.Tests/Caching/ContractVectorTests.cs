using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EntitlementCache.Caching;
using EntitlementCache.Messages;
using EntitlementCache.Settings;
using PersistentCacheService.Tests.Contract;
using TestKit;
using TestKit.Invariants;

namespace PersistentCacheService.Tests.Caching;

public sealed class ContractVectorTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly TimeSpan ExpiryTolerance = TimeSpan.FromSeconds(5);

    private static readonly Dictionary<string, JsonNode> Vectors =
        ContractFile.Read(ContractFile.Vectors).AsArray().ToDictionary(static vector => (string)vector!["name"]!, static vector => vector!);

    public static TheoryData<string> Names => [.. Vectors.Keys];

    public static TheoryData<string> Engines => [.. RedisEngine.Names];

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public Task Message_changes_redis_as_the_contract_says(string name) => HoldsAsync(Vectors[name], redis);

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task All_messages_change_every_engine_as_the_contract_says(string name)
    {
        var engine = await RedisFixture.StartAsync(RedisEngine.Demand(name));
        try
        {
            foreach (var vector in Vectors.Values)
            {
                await HoldsAsync(vector, engine);
            }
        }
        finally
        {
            await engine.DisposeAsync();
        }
    }

    private static async Task HoldsAsync(JsonNode vector, RedisFixture redis)
    {
        await redis.StartEmptyAsync();
        await StoreAsync(vector["before"]!.AsObject(), redis);

        var outcome = await ApplyAsync(vector, redis);

        Assert.Equal((string)vector["outcome"]!, Name(outcome));
        var stored = await redis.Reader.ReadAllAsync();
        var expected = vector["after"]!.AsObject();
        Assert.Equal(expected.Select(static entry => entry.Key).Order(StringComparer.Ordinal), stored.Keys.Order(StringComparer.Ordinal));
        foreach (var (key, value) in expected)
        {
            AssertSameValue(key, (string)value!, stored[key]);
            AssertSameExpiry(key, (int)vector["expirySeconds"]![key]!, stored[key]);
        }
    }

    private static string Name(ApplyOutcome outcome) => outcome switch
    {
        ApplyOutcome.Written => "written",
        ApplyOutcome.Purged => "purged",
        _ => "skipped",
    };

    /// <summary>Equal as JSON and, since our writer promises the members in the contract's order, equal to the byte.</summary>
    private static void AssertSameValue(string key, string expected, StoredValue actual)
    {
        Assert.NotNull(actual.Value);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual.Value)), $"{key}: expected {expected}, found {actual.Value}");
        Assert.Equal(expected, actual.Value);
    }

    private static void AssertSameExpiry(string key, int expectedSeconds, StoredValue actual)
    {
        if (expectedSeconds < 0)
        {
            Assert.True(actual.Expiry is null, $"{key} should not expire, expires in {actual.Expiry}");
            return;
        }

        var expected = TimeSpan.FromSeconds(expectedSeconds);
        Assert.True(
            actual.Expiry is { } expiry && expiry <= expected && expiry >= expected - ExpiryTolerance,
            $"{key} should expire in {expected}, expires in {actual.Expiry}");
    }

    private static async Task StoreAsync(JsonObject before, RedisFixture redis)
    {
        // What a vector leaves untouched keeps the expiry it had: the vectors were recorded with the default.
        await redis.Reader.ExecuteAllAsync([.. before.Select(static entry => new[] { "SET", entry.Key, (string)entry.Value!, "EX", "604800" })]);
    }

    private static async Task<ApplyOutcome> ApplyAsync(JsonNode vector, RedisFixture redis)
    {
        var body = Encoding.UTF8.GetBytes(vector["message"]!.ToJsonString());
        using var operation = MessageDecoder.Decode(body, new MessageOrigin((long)vector["sentTimestamp"]!, DeclaredType: null));
        Assert.False(operation is Malformed, (operation as Malformed)?.Reason);

        var pending = redis.Cache(Settings(vector["settings"]!)).ApplyAsync(operation, CancellationToken.None);

        // From here on the worker's buffers belong to somebody else.
        operation.Dispose();
        body.AsSpan().Fill((byte)'x');
        return await pending;
    }

    private static CacheSettings Settings(JsonNode settings) => new(
        (string)settings["ENVIRONMENT_PREFIX"]!,
        (int)settings["KEYS_TTL_IN_SECS"]!,
        (string)settings["CACHE_UPDATE_POLICY"]! == "UPSERT" ? CacheUpdatePolicy.Upsert : CacheUpdatePolicy.UpdateIfExists,
        Enum.Parse<CacheLayout>(CultureInfo.InvariantCulture.TextInfo.ToTitleCase((string)settings["CACHE_LAYOUT"]!)),
        LockRetryCount: 3);
}
