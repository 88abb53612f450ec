using System.Globalization;
using EntitlementCache.Caching;
using EntitlementCache.Messages;
using EntitlementCache.Redis;
using EntitlementCache.Settings;
using PersistentCacheService.Tests.Messages;
using TestKit;

namespace PersistentCacheService.Tests.Caching;

public sealed class ScriptedCacheTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const string Key = "production:c_customer-1";
    private const string UsageKey = $"{Key}:f_calls";
    private const string CreditKey = $"{Key}:credit_tokens";
    private const string Lock = "production-customer-1";

    private static readonly CacheSettings OnlyExisting = RedisFixture.Upsert with { UpdatePolicy = CacheUpdatePolicy.UpdateIfExists };

    [SkippableFact]
    public async Task Customer_is_locked_for_a_moment_the_write_waits_and_happens()
    {
        await redis.StartEmptyAsync();
        await SetAsync(Lock, "0123456789abcdef0123456789abcdef", "PX", "5000");
        var cache = redis.Cache();

        var pending = ApplyAsync(cache, Entitlements(100));
        await Eventually.HoldsAsync(() => cache.LockWaits > 0, "the cache waits for the lock");
        Assert.Null(await GetAsync(Key));
        await redis.Reader.ExecuteAsync("DEL", Lock);

        Assert.Equal(ApplyOutcome.Written, await pending);
        Assert.NotNull(await GetAsync(Key));
    }

    [SkippableTheory]
    [InlineData("""{"type":"entitlementsUpdated","customerId":"customer-1","accessDeniedReason":"CustomerNotFound","entitlements":[]}""", Lock)]
    [InlineData("""{"type":"usageUpdated","usage":{"customerId":"customer-1","featureId":"calls","currentUsage":1}}""", Lock)]
    [InlineData("""{"type":"purge","customerId":"customer-1"}""", Lock)]
    [InlineData("""{"type":"purge","customerId":"customer-1","resourceId":"site-1"}""", $"{Lock}:site-1")]
    public async Task Customer_stays_locked_the_attempts_end_and_nothing_is_written(string body, string lockKey)
    {
        await redis.StartEmptyAsync();
        await SetAsync(lockKey, "0123456789abcdef0123456789abcdef");
        await SetAsync($"{Key}#timestamp", "1");
        await SetAsync($"{Key}:r_site-1#timestamp", "1");
        var cache = redis.Cache(RedisFixture.Upsert with { LockRetryCount = 3 });

        var failure = await Assert.ThrowsAsync<CustomerLockedException>(() => ApplyAsync(cache, body));

        Assert.Equal(3, failure.Attempts);
        Assert.Equal("The customer's write lock was held through 3 attempts.", failure.Message);
        Assert.Equal(2, cache.LockWaits);
        Assert.Equal(3, (await redis.Reader.ReadAllAsync()).Count);
    }

    [SkippableTheory]
    [InlineData("""{"type":"usageUpdated","usage":{"customerId":"customer-1","featureId":"calls","currentUsage":1}}""")]
    [InlineData("""{"type":"purge","customerId":"customer-1"}""")]
    public async Task Customer_stays_locked_and_the_wait_ends_with_the_callers_patience(string body)
    {
        await redis.StartEmptyAsync();
        await SetAsync(Lock, "0123456789abcdef0123456789abcdef");
        var cache = redis.Cache(RedisFixture.Upsert with { LockRetryCount = 100_000 });
        using var operation = DecodedAs.Any(body);
        using var write = cache.Encode(operation);

        var failure = await Assert.ThrowsAsync<CustomerLockedException>(
            () => cache.ApplyAsync(write, TimeSpan.FromSeconds(2), CancellationToken.None).AsTask());

        Assert.InRange(failure.Attempts, 2, 500);
    }

    [SkippableFact]
    public async Task Purge_without_a_lock_needs_one_attempt()
    {
        await redis.StartEmptyAsync();
        await SetAsync($"{Key}#timestamp", "1");

        Assert.Equal(ApplyOutcome.Purged, await ApplyAsync(redis.Cache(RedisFixture.Upsert with { LockRetryCount = 1 }), """{"type":"purge","customerId":"customer-1"}"""));
        Assert.Empty(await redis.Reader.ReadAllAsync());
    }

    [SkippableFact]
    public async Task A_write_takes_effect_when_the_customer_is_stored_or_the_policy_is_to_write_all()
    {
        await redis.StartEmptyAsync();
        var customer = new CustomerIdentity("customer-1"u8.ToArray(), default);
        var cache = redis.Cache(OnlyExisting);

        Assert.True(await redis.Cache().TakesAsync(customer, CancellationToken.None));
        Assert.False(await cache.TakesAsync(customer, CancellationToken.None));
        await ApplyAsync(redis.Cache(), Entitlements(100));
        Assert.True(await cache.TakesAsync(customer, CancellationToken.None));
    }

    [SkippableFact]
    public async Task Shutdown_ends_the_wait_for_a_lock()
    {
        await redis.StartEmptyAsync();
        await SetAsync(Lock, "0123456789abcdef0123456789abcdef");
        var cache = redis.Cache();
        using var stopping = new CancellationTokenSource();

        var pending = ApplyAsync(cache, Entitlements(100), stopping.Token);
        await Eventually.HoldsAsync(() => cache.LockWaits > 0, "the cache waits for the lock");
        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
    }

    [SkippableFact]
    public async Task Purge_of_many_deletes_all_but_the_locked_and_those_when_the_lock_is_gone()
    {
        await redis.StartEmptyAsync();
        var customers = Enumerable.Range(0, 2500).Select(static i => $"c{i}").ToArray();
        await redis.Reader.ExecuteAllAsync([.. customers.SelectMany(static c => new[]
        {
            $"production:c_{c}", $"production:c_{c}#timestamp", $"production:c_{c}:metadata", $"production:c_{c}:metadata#timestamp", $"production:c_{c}:f_kept",
        }).Select(static key => new[] { "SET", key, "1" })]);
        await SetAsync("production-c7", "0123456789abcdef0123456789abcdef");
        var list = string.Join(',', customers.Select(static c => $$"""{"customerId":"{{c}}"}"""));

        var pending = ApplyAsync(redis.Cache(), $$"""{"type":"cachePurge","customers":[{{list}}]}""");
        await Eventually.HoldsAsync(async () => await GetAsync("production:c_c999") is null, "the first thousand are gone");
        Assert.Equal("1", await GetAsync("production:c_c7"));
        await SetAsync("production:c_c8", "fetched anew");
        await redis.Reader.ExecuteAsync("DEL", "production-c7");

        Assert.Equal(ApplyOutcome.Purged, await pending);
        var left = await redis.Reader.ReadAllAsync();
        Assert.Equal("fetched anew", left["production:c_c8"].Value);
        Assert.Equal(2501, left.Count);
        Assert.All(left.Keys.Where(static key => key != "production:c_c8"), static key => Assert.EndsWith(":f_kept", key, StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData("abc")]
    [InlineData("")]
    [InlineData("0x10")]
    [InlineData("1e999")]
    [InlineData("nan")]
    [InlineData("inf")]
    [InlineData(" 5")]
    [InlineData("99999999999999999999")]
    [InlineData("9007199254740993")]
    public async Task Damaged_timestamp_does_not_shut_its_key(string damaged)
    {
        await redis.StartEmptyAsync();
        await SetAsync($"{Key}#timestamp", damaged);
        await SetAsync($"{UsageKey}#timestamp", damaged);

        Assert.Equal(ApplyOutcome.SkippedAbsent, await ApplyAsync(redis.Cache(OnlyExisting), Entitlements(100)));
        Assert.Equal(ApplyOutcome.SkippedAbsent, await ApplyAsync(redis.Cache(OnlyExisting), Usage(200)));
        Assert.Equal(ApplyOutcome.Written, await ApplyAsync(redis.Cache(), Entitlements(100)));
        Assert.Equal(ApplyOutcome.Written, await ApplyAsync(redis.Cache(), Usage(200)));
        Assert.Equal("100", await GetAsync($"{Key}#timestamp"));
        Assert.Equal("200", await GetAsync($"{UsageKey}#timestamp"));
    }

    [SkippableFact]
    public async Task Keys_that_hold_no_strings_are_replaced()
    {
        await redis.StartEmptyAsync();
        await redis.Reader.ExecuteAsync("RPUSH", Key, "x");
        await redis.Reader.ExecuteAsync("RPUSH", $"{Key}#timestamp", "x");

        Assert.Equal(ApplyOutcome.Written, await ApplyAsync(redis.Cache(), Entitlements(100)));
        Assert.Equal("100", await GetAsync($"{Key}#timestamp"));
    }

    [SkippableTheory]
    [InlineData(8640000000000000, 8639999999999999, false)]
    [InlineData(8639999999999999, 8640000000000000, true)]
    [InlineData(-8640000000000000, -8639999999999999, true)]
    [InlineData(1777629600001, 1777629600000, false)]
    [InlineData(1777629600000, 1777629600001, true)]
    [InlineData(5, 0, true)]
    [InlineData(-5, 0, true)]
    public async Task Timestamps_compare_exactly(long stored, long own, bool isWritten)
    {
        await redis.StartEmptyAsync();
        await SetAsync($"{Key}#timestamp", stored.ToString(CultureInfo.InvariantCulture));
        await SetAsync($"{UsageKey}#timestamp", stored.ToString(CultureInfo.InvariantCulture));

        Assert.Equal(isWritten ? ApplyOutcome.Written : ApplyOutcome.SkippedOlder, await ApplyAsync(redis.Cache(), Usage(own)));
        await SetAsync($"{Key}:metadata#timestamp", stored.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(isWritten ? ApplyOutcome.Written : ApplyOutcome.SkippedOlder, await ApplyAsync(redis.Cache(), Entitlements(own)));
    }

    [SkippableFact]
    public async Task Usage_of_feature_and_credit_are_judged_each_by_itself()
    {
        await redis.StartEmptyAsync();
        await SetAsync($"{Key}#timestamp", "1");
        await SetAsync($"{UsageKey}#timestamp", "50");
        const string Both =
            """{"usage":{"customerId":"customer-1","featureId":"calls","currentUsage":1,"usageUpdatedAt":60},"credit":{"currencyId":"tokens","currentUsage":2,"timestamp":40}}""";

        Assert.Equal(ApplyOutcome.Written, await ApplyAsync(redis.Cache(OnlyExisting), Both));
        Assert.Equal("60", await GetAsync($"{UsageKey}#timestamp"));
        Assert.Null(await GetAsync(CreditKey));

        Assert.Equal(ApplyOutcome.Written, await ApplyAsync(redis.Cache(), Both));
        Assert.Equal("""{"currentUsage":2,"usagePeriodStart":null}""", await GetAsync(CreditKey));
        Assert.Equal("40", await GetAsync($"{CreditKey}#timestamp"));
    }

    [SkippableFact]
    public async Task Layout_v2_has_no_keys_for_credits()
    {
        await redis.StartEmptyAsync();
        await SetAsync($"{Key}#timestamp", "1");
        var cache = redis.Cache(RedisFixture.Upsert with { Layout = CacheLayout.V2 });
        const string Credit =
            """{"customerId":"customer-1","entitlementReference":{"type":"CREDIT","id":"tokens"},"usage":{"currentUsage":1,"usageUpdatedAt":5}}""";

        Assert.Equal(ApplyOutcome.SkippedAbsent, await ApplyAsync(cache, Credit));
        Assert.Null(await GetAsync(CreditKey));
    }

    [SkippableFact]
    public async Task Scripts_are_flushed_the_next_write_still_happens()
    {
        await redis.StartEmptyAsync();
        await ApplyAsync(redis.Cache(), Entitlements(1));
        await redis.Reader.ExecuteAsync("SCRIPT", "FLUSH");

        Assert.Equal(ApplyOutcome.Written, await ApplyAsync(redis.Cache(), Entitlements(2)));
    }

    [SkippableFact]
    public async Task Memory_is_full_nothing_is_half_written()
    {
        await redis.StartEmptyAsync();
        await ApplyAsync(redis.Cache(), Entitlements(1));
        var before = await redis.Reader.ReadAllAsync();
        await redis.Reader.ExecuteAsync("CONFIG", "SET", "maxmemory", "1");
        try
        {
            var failure = await Assert.ThrowsAsync<RedisFailureException>(() => ApplyAsync(redis.Cache(), Entitlements(2)));
            Assert.Equal(RedisFailureKind.OutOfMemory, failure.Kind);
        }
        finally
        {
            await redis.Reader.ExecuteAsync("CONFIG", "SET", "maxmemory", "0");
        }

        var after = await redis.Reader.ReadAllAsync();
        Assert.Equal(before.ToDictionary(static e => e.Key, static e => e.Value.Value), after.ToDictionary(static e => e.Key, static e => e.Value.Value));
    }

    [SkippableFact]
    public async Task Customer_with_thousands_of_metered_features_is_one_call()
    {
        await redis.StartEmptyAsync();
        var entitlements = Enumerable.Range(0, 5000).Select(static i =>
            $$$"""{"feature":{"refId":"f{{{i}}}","featureType":"NUMBER","meterType":"Incremental"},"usageUpdatedAt":9,"entitlementUpdatedAt":9}""");
        var body = $$"""{"type":"entitlementsUpdated","customerId":"customer-1","entitlements":[{{string.Join(',', entitlements)}}]}""";

        Assert.Equal(ApplyOutcome.Written, await ApplyAsync(redis.Cache(), body));
        Assert.Equal(2 * (2 + 5000), (await redis.Reader.ReadAllAsync()).Count);
        Assert.Equal(ApplyOutcome.Written, await ApplyAsync(redis.Cache(OnlyExisting), body));
    }

    [SkippableFact]
    public async Task Cached_customer_and_resource_are_told_apart()
    {
        await redis.StartEmptyAsync();
        await ApplyAsync(redis.Cache(), Entitlements(1));
        var customer = new CustomerIdentity("customer-1"u8.ToArray(), default);

        Assert.True(await redis.Cache().ContainsAsync(customer, CancellationToken.None));
        Assert.False(await redis.Cache().ContainsAsync(customer with { ResourceId = "site-1"u8.ToArray() }, CancellationToken.None));
    }

    [Fact]
    public async Task Operation_that_writes_nothing_is_refused()
    {
        await using var unconnected = new RedisClient(
            new RedisSettings { Host = "localhost", Port = 6379 }, TimeProvider.System, static () => 0.5, Microsoft.Extensions.Logging.Abstractions.NullLogger<RedisClient>.Instance);
        var cache = redis.Cache(client: unconnected);

        await Assert.ThrowsAsync<ArgumentException>(() => ApplyAsync(cache, """{"type":"subscription.created","customerId":"c"}"""));
    }

    private static string Entitlements(long timestamp) =>
        $$"""{"type":"entitlementsUpdated","customerId":"customer-1","entitlements":[{"feature":{"refId":"sso","featureType":"BOOLEAN"},"entitlementUpdatedAt":{{timestamp}}}]}""";

    private static string Usage(long timestamp) =>
        $$$"""{"usage":{"customerId":"customer-1","featureId":"calls","currentUsage":1,"usageUpdatedAt":{{{timestamp}}}}}""";

    private static async Task<ApplyOutcome> ApplyAsync(ScriptedCache cache, string body, CancellationToken cancellationToken = default)
    {
        using var operation = DecodedAs.Any(body);
        Assert.False(operation is Malformed, (operation as Malformed)?.Reason);
        return await cache.ApplyAsync(operation, cancellationToken);
    }

    private async Task<string?> GetAsync(string key) => (string?)await redis.Reader.ExecuteAsync("GET", key);

    private Task<object?> SetAsync(string key, string value, params string[] options) => redis.Reader.ExecuteAsync(["SET", key, value, .. options]);
}
