using System.Globalization;
using System.Text;
using System.Text.Json;
using EntitlementCache.Caching;
using EntitlementCache.Messages;
using EntitlementCache.Redis;
using StackExchange.Redis;

namespace PersistentCacheService.Commands.Inspect;

/// <summary>Reads a <see cref="CacheSnapshot"/> with the rights that the worker has; expiries only if the user may ask for them, too.</summary>
/// <param name="redis">The connection.</param>
/// <param name="environmentPrefix">First part of every key.</param>
/// <param name="asksExpiries">Whether to ask when keys expire: a call for each, and a right that the worker does not need.</param>
internal sealed class SnapshotReader(RedisClient redis, string environmentPrefix, bool asksExpiries = true)
{
    private readonly CacheKeys _keys = new(environmentPrefix);

    /// <summary>Reads everything about a customer or resource.</summary>
    /// <exception cref="RedisFailureException">Redis could not be asked.</exception>
    public async Task<CacheSnapshot> ReadAsync(CustomerIdentity customer, CancellationToken cancellationToken)
    {
        var key = Name(customer, _keys.AppendEntitlements);
        var lockName = Name(customer, _keys.AppendLock);
        var isResource = !customer.ResourceId.IsEmpty;
        string[] names = isResource ? [key, key + ":metadata", Name(customer with { ResourceId = default }, _keys.AppendEntitlements)] : [key, key + ":metadata"];
        var stored = await ReadAsync(names, cancellationToken);
        var isLocked = (long)await redis.ExecuteAsync("EXISTS", [lockName], cancellationToken) == 1;
        var items = Parse(stored[0], out var problem);
        return new CacheSnapshot(
            stored[0], stored[1], isResource ? stored[2] : null, lockName, isLocked, await WithUsageAsync(items, key, cancellationToken), problem);
    }

    private static string Name(CustomerIdentity customer, Action<Utf8Output, CustomerIdentity> append)
    {
        var output = new Utf8Output();
        append(output, customer);
        return Encoding.UTF8.GetString(output.Written);
    }

    private static List<CachedItem> Parse(StoredKey entitlements, out string? problem)
    {
        problem = null;
        var items = new List<CachedItem>();
        if (entitlements.Value is not { } value)
        {
            return items;
        }

        try
        {
            var root = JsonElement.Parse(value);
            if (root.ValueKind != JsonValueKind.Object)
            {
                problem = "is no JSON object";
                return items;
            }

            foreach (var member in root.EnumerateObject())
            {
                if (member.Value.ValueKind == JsonValueKind.Object && member.Value.TryGetProperty("calculatedEntitlement", out _))
                {
                    items.Add(new CachedItem(member.Name, member.Value, Usage: null));
                }
                else
                {
                    problem = $"has a member '{member.Name}' that is no entitlement";
                }
            }
        }
        catch (JsonException exception)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"is no JSON (line {exception.LineNumber}, byte {exception.BytePositionInLine})");
        }

        return items;
    }

    private async Task<IReadOnlyList<CachedItem>> WithUsageAsync(List<CachedItem> items, string key, CancellationToken cancellationToken)
    {
        var trackable = items.FindAll(static item => item.IsUsageTrackable);
        if (trackable.Count == 0)
        {
            return items;
        }

        var stored = await ReadAsync([.. trackable.Select(item => key + (item.Type == "CREDIT" ? ":credit_" : ":f_") + item.Id)], cancellationToken);
        var usage = trackable.Zip(stored).ToDictionary(static pair => pair.First.Name, static pair => pair.Second, StringComparer.Ordinal);
        return items.ConvertAll(item => item with { Usage = usage.GetValueOrDefault(item.Name) });
    }

    private async Task<StoredKey[]> ReadAsync(string[] names, CancellationToken cancellationToken)
    {
        var suffix = Encoding.UTF8.GetString(CacheKeys.TimestampSuffix);
        var values = (RedisValue[])(await redis.ExecuteAsync("MGET", [.. names.SelectMany(name => new[] { name, name + suffix })], cancellationToken))!;
        var expiries = await Task.WhenAll(names.Select(name => ExpiryAsync(name, cancellationToken)));
        return [.. names.Select((name, i) => new StoredKey(name, values[2 * i], values[(2 * i) + 1], expiries[i].ExpiresIn, expiries[i].IsKnown))];
    }

    private async Task<(TimeSpan? ExpiresIn, bool IsKnown)> ExpiryAsync(string name, CancellationToken cancellationToken)
    {
        if (!asksExpiries)
        {
            return (null, false);
        }

        try
        {
            var milliseconds = (long)await redis.ExecuteAsync("PTTL", [name], cancellationToken);
            return (milliseconds < 0 ? null : TimeSpan.FromMilliseconds(milliseconds), true);
        }
        catch (RedisFailureException exception) when (exception.Kind == RedisFailureKind.NoPermission)
        {
            // The worker itself never asks for it, so the least ACL does not allow it.
            return (null, false);
        }
    }
}
