using EntitlementCache.Redis;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using TestKit;

namespace Deployment.Tests.Redis;

/// <summary>The files for a Redis behind Sentinel, on real servers: they work together as they are, and each user may do no more than it needs.</summary>
public sealed class SentinelExampleTests
{
    private const string User = "persistent-cache-service";
    private const string Key = "production:c_customer";

    private static readonly RedisScript Set = new("set", "redis.call('SET', KEYS[1], ARGV[1]) return 1");

    [SkippableFact]
    public async Task The_service_follows_a_failover_and_the_old_primary_comes_back_as_a_replica()
    {
        await using var shipped = await ShippedSentinels.StartAsync();
        await using var client = Connect(shipped);
        await client.WaitUntilReadyAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await WritesAsync(client, "before", shipped.Primary);
        await HoldsAsync(shipped.Replica, "before");

        await shipped.KillAsync(shipped.Primary);
        await WritesAsync(client, "after", shipped.Replica);

        await shipped.StartRedisAsync(shipped.Primary);
        await HoldsAsync(shipped.Primary, "after");
        foreach (var one in (HostAndPort[])[shipped.Primary, shipped.Replica, .. shipped.Sentinels])
        {
            Assert.Equal($"{one}: ", $"{one}: {await ShippedSentinels.RefusedAsync(one)}");
        }
    }

    [SkippableFact]
    public async Task At_a_sentinel_the_service_may_ask_where_the_primary_is_and_nothing_else()
    {
        await using var shipped = await ShippedSentinels.StartAsync();
        foreach (var sentinel in shipped.Sentinels)
        {
            Assert.Contains("127.0.0.1", await ShippedSentinels.CliAsync(sentinel, User, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", "cache"), StringComparison.Ordinal);
            Assert.Contains("NOPERM", await ShippedSentinels.CliAsync(sentinel, User, "SENTINEL", "MASTERS"), StringComparison.Ordinal);
            Assert.Contains("NOAUTH", await ShippedSentinels.CliAsync(sentinel, user: null, "SENTINEL", "MASTERS"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_service_has_the_same_rights_as_without_sentinels()
    {
        Assert.Equal(await LineAsync("users.acl"), await LineAsync("users-sentinel.acl"));

        static async Task<string> LineAsync(string file) =>
            (await File.ReadAllLinesAsync(RepositoryRoot.File("deploy", "redis", file))).Single(static line => line.StartsWith($"user {User} ", StringComparison.Ordinal));
    }

    private static RedisClient Connect(ShippedSentinels shipped)
    {
        var password = new Secret(ShippedSentinels.Password);
        var client = new RedisClient(
            new RedisSettings
            {
                Host = "unused",
                Port = 1,
                Username = User,
                Password = password,
                Sentinel = new SentinelSettings(shipped.Sentinels, "cache") { Username = User, Password = password },
            },
            TimeProvider.System,
            static () => 0.5,
            NullLogger<RedisClient>.Instance);
        client.Start();
        return client;
    }

    private static Task WritesAsync(RedisClient client, string value, HostAndPort primary) => Eventually.HoldsAsync(
        async () =>
        {
            try
            {
                using var call = new ScriptCall(Set).AddKey(Key).Add(System.Text.Encoding.UTF8.GetBytes(value));
                using var reply = await client.EvaluateAsync(call);
            }
            catch (RedisFailureException)
            {
                // On the way to the other one.
            }

            return await ValueAsync(primary) == value;
        },
        $"the service writes to {primary}");

    private static Task HoldsAsync(HostAndPort redis, string value) => Eventually.HoldsAsync(async () => await ValueAsync(redis) == value, $"{redis} has the value {value}");

    private static Task<string> ValueAsync(HostAndPort redis) => ShippedSentinels.CliAsync(redis, User, "MGET", Key);
}
