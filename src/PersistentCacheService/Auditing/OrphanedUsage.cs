using System.Text;
using System.Text.Json;
using EntitlementCache.Caching;
using EntitlementCache.Messages;
using EntitlementCache.Redis;
using PersistentCacheService.Commands.Inspect;
using StackExchange.Redis;

namespace PersistentCacheService.Auditing;

/// <summary>Finds usage of entitlements that the cached customer does not have, among the keys that a way through the cache meets.</summary>
/// <param name="redis">The connection.</param>
/// <param name="environmentPrefix">First part of every key.</param>
internal sealed class OrphanedUsage(RedisClient redis, string environmentPrefix)
{
    // Beyond it keys are not looked at: the pages of SCAN bring them faster than a slow audit can look.
    private const int MostWaiting = 5_000;

    // Values of some 10 kB each: a fraction of a millisecond of the server's time.
    private const int CustomersAtOnce = 20;

    private readonly byte[] _first = Encoding.UTF8.GetBytes($"{environmentPrefix}:c_");
    private readonly Lock _lock = new();
    private Dictionary<string, HashSet<(string Type, string Id)>> _waiting = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>A timestamp key was met that is no customer's.</summary>
    public void Meet(byte[] key)
    {
        if (Parse(key) is not var (entitlements, type, id))
        {
            return;
        }

        lock (_lock)
        {
            if (_count < MostWaiting)
            {
                _count++;
                (_waiting.TryGetValue(entitlements, out var usage) ? usage : _waiting[entitlements] = []).Add((type, id));
            }
        }
    }

    /// <summary>The orphans among the keys that were met since the last call.</summary>
    /// <exception cref="RedisFailureException">Redis could not be asked.</exception>
    public async Task<IReadOnlyList<(CustomerIdentity Customer, Drift Drift)>> TakeAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, HashSet<(string Type, string Id)>> met;
        lock (_lock)
        {
            (met, _waiting, _count) = (_waiting, new(StringComparer.Ordinal), 0);
        }

        var orphans = new List<(CustomerIdentity, Drift)>();
        foreach (var together in met.Chunk(CustomersAtOnce))
        {
            var values = (RedisValue[])(await redis.ExecuteAsync("MGET", [.. together.Select(static pair => pair.Key)], cancellationToken))!;
            for (var i = 0; i < together.Length; i++)
            {
                if (Listed(values[i]) is { } listed)
                {
                    orphans.AddRange(together[i].Value.Where(usage => !listed.Contains(usage)).Select(usage => (Customer(together[i].Key), new Drift(
                        DriftKind.OrphanedUsage, $"usage of {usage.Id}", "the cached customer has no such entitlement"))));
                }
            }
        }

        return orphans;
    }

    /// <summary>Entitlements key, type and id of a usage key; null: it is none.</summary>
    internal (string Entitlements, string Type, string Id)? Parse(ReadOnlySpan<byte> key)
    {
        if (!key.StartsWith(_first) || !key.EndsWith(CacheKeys.TimestampSuffix))
        {
            return null;
        }

        key = key[..^CacheKeys.TimestampSuffix.Length];
        var (at, length, type) = key.IndexOf(":f_"u8) is var feature and >= 0
            ? (feature, ":f_".Length, "FEATURE")
            : (key.IndexOf(":credit_"u8), ":credit_".Length, "CREDIT");
        return at < 0 ? null : (Encoding.UTF8.GetString(key[..at]), type, Encoding.UTF8.GetString(key[(at + length)..]));
    }

    /// <summary>What a cached map lists; null: there is none, or none that can be read.</summary>
    private static HashSet<(string Type, string Id)>? Listed(RedisValue value)
    {
        try
        {
            return value.IsNull || JsonElement.Parse(((byte[])value!).AsSpan()) is not { ValueKind: JsonValueKind.Object } map
                ? null
                : map.EnumerateObject().Select(static member => new CachedItem(member.Name, member.Value, Usage: null)).Select(static item => (item.Type, item.Id)).ToHashSet();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private CustomerIdentity Customer(string entitlements)
    {
        var ids = entitlements[Encoding.UTF8.GetCharCount(_first)..].Split(":r_", 2);
        return new CustomerIdentity(Encoding.UTF8.GetBytes(ids[0]), ids.Length > 1 ? Encoding.UTF8.GetBytes(ids[1]) : default(ReadOnlyMemory<byte>));
    }
}
