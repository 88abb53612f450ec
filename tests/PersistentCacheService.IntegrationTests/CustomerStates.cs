using System.Globalization;
using System.Text.Json.Nodes;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Invariants;
using TestKit.Messages;

namespace PersistentCacheService.IntegrationTests;

/// <summary>States of many customers, in the two places where a command's test puts them: the cache and the Edge API.</summary>
/// <param name="world">Where these are.</param>
internal sealed class CustomerStates(CommandWorld world)
{
    private const string Prefix = "production:";

    /// <summary>Calls to the Edge API that asked for a customer.</summary>
    public List<EdgeCall> Calls => [.. world.Edge.Calls.Where(static call => call.CustomerId is not null)];

    /// <summary>Caches states, as a reader would have.</summary>
    public Task CacheAsync(IEnumerable<EntitlementsMessage> states) => CacheAsync(world.Redis, states, Prefix);

    /// <inheritdoc cref="CacheAsync(IEnumerable{EntitlementsMessage})"/>
    /// <param name="server">Where.</param>
    /// <param name="states">What.</param>
    /// <param name="prefix">First part of the keys, with its colon.</param>
    /// <param name="password">Of the server; null: it takes none.</param>
    public static async Task CacheAsync(RedisServer server, IEnumerable<EntitlementsMessage> states, string prefix, string? password = null)
    {
        using var redis = await RedisReader.ConnectAsync(server.Host, server.Port);
        if (password is not null)
        {
            await redis.ExecuteAsync("AUTH", password);
        }

        await redis.ExecuteAllAsync([.. states.SelectMany(static state => state.Writes()).SelectMany(write => new[]
        {
            new[] { "SET", prefix + write.Key, write.Value().ToJsonString() },
            ["SET", $"{prefix}{write.Key}#timestamp", write.Timestamp.ToString(CultureInfo.InvariantCulture)],
        })]);
    }

    /// <summary>Lets the Edge API know states.</summary>
    public void Store(IEnumerable<EntitlementsMessage> states)
    {
        foreach (var state in states)
        {
            world.Edge.Store(state.CustomerId, state.ResourceId, StiggMessages.EdgeEntitlements(state));
        }
    }

    /// <summary>Lets the Edge API know a state whose usage has a time of its own.</summary>
    /// <param name="state">The state, with the usage.</param>
    /// <param name="usageTime">Unix ms.</param>
    public void Store(EntitlementsMessage state, long usageTime)
    {
        var entitlements = StiggMessages.EdgeEntitlements(state);
        foreach (var entitlement in entitlements.Where(static entitlement => entitlement!["currentUsage"] is not null))
        {
            entitlement!["usageUpdatedAt"] = DateTimeOffset.FromUnixTimeMilliseconds(usageTime).ToString("O", CultureInfo.InvariantCulture);
        }

        world.Edge.Store(state.CustomerId, state.ResourceId, entitlements);
    }

    /// <summary>These states are cached.</summary>
    public async Task AreCachedAsync(IEnumerable<EntitlementsMessage> states)
    {
        using var redis = await RedisReader.ConnectAsync(world.Redis.Host, world.Redis.Port);
        var all = await redis.ReadAllAsync();
        Assert.All(states.SelectMany(static state => state.Writes()), write =>
            Assert.True(all.TryGetValue(Prefix + write.Key, out var cached) && JsonNode.DeepEquals(write.Value(), JsonNode.Parse(cached.Value!)), write.Key));
    }
}
