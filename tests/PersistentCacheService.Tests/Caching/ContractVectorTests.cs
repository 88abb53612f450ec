using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EntitlementCache.Caching;
using EntitlementCache.Messages;
using EntitlementCache.Settings;
using PersistentCacheService.Tests.Contract;
using TestKit.Invariants;

namespace PersistentCacheService.Tests.Caching;

public sealed class ContractVectorTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly TimeSpan ExpiryTolerance = TimeSpan.FromSeconds(5);

    private static readonly Dictionary<string, JsonNode> Vectors =
        ContractFile.Read(ContractFile.Vectors).AsArray().ToDictionary(static vector => (string)vector!["name"]!, static vector => vector!);

    public static TheoryData<string> Names => [.. Vectors.Keys];

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public async Task Message_changes_redis_as_the_contract_says(string name)
    {
        await redis.StartEmptyAsync();
        var vector = Vectors[name];
        await StoreAsync(vector["before"]!.AsObject());

        var outcome = await ApplyAsync(vector);

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

    private async Task StoreAsync(JsonObject before)
    {
        // What a vector leaves untouched keeps the expiry it had: the vectors were recorded with the default.
        await redis.Reader.ExecuteAllAsync([.. before.Select(static entry => new[] { "SET", entry.Key, (string)entry.Value!, "EX", "604800" })]);
    }

    private async Task<ApplyOutcome> ApplyAsync(JsonNode vector)
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
