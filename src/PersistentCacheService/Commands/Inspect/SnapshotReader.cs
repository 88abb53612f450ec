using System.Globalization;
using System.Text;
using System.Text.Json;
using PersistentCacheService.Caching;
using PersistentCacheService.Messages;
using PersistentCacheService.Messages.Json;
using PersistentCacheService.Redis;

namespace PersistentCacheService.Commands.Inspect;

/// <summary>Reads a <see cref="CacheSnapshot"/> with the rights that the worker has; expiries only if the user may ask for them, too.</summary>
/// <param name="redis">The connection.</param>
/// <param name="environmentPrefix">First part of every key.</param>
internal sealed class SnapshotReader(RedisClient redis, string environmentPrefix)
{
    private readonly CacheKeys _keys = new(environmentPrefix);

    /// <summary>Reads everything about a customer or resource.</summary>
    /// <exception cref="RedisException">Redis could not be asked.</exception>
    public async Task<CacheSnapshot> ReadAsync(CustomerIdentity customer, CancellationToken cancellationToken)
    {
        var key = Name(customer, _keys.AppendEntitlements);
        var lockName = Name(customer, _keys.AppendLock);
        var isResource = !customer.ResourceId.IsEmpty;
        string[] names = isResource ? [key, key + ":metadata", Name(customer with { ResourceId = default }, _keys.AppendEntitlements)] : [key, key + ":metadata"];
        var stored = await ReadAsync(names, cancellationToken);
        var isLocked = (await ExecuteAsync(RedisCommand.Create("EXISTS"u8).AddKey(lockName), cancellationToken)).Integer == 1;
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
        var command = RedisCommand.Create("MGET"u8);
        foreach (var name in names)
        {
            command.AddKey(name).AddKey(name + Encoding.UTF8.GetString(CacheKeys.TimestampSuffix));
        }

        var values = (await ExecuteAsync(command, cancellationToken)).Items.ToArray();
        var expiries = await Task.WhenAll(names.Select(name => ExpiryAsync(name, cancellationToken)));
        return [.. names.Select((name, i) => new StoredKey(name, Text(values[2 * i]), Text(values[(2 * i) + 1]), expiries[i].ExpiresIn, expiries[i].IsKnown))];
    }

    private async Task<(TimeSpan? ExpiresIn, bool IsKnown)> ExpiryAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var milliseconds = (await ExecuteAsync(RedisCommand.Create("PTTL"u8).AddKey(name), cancellationToken)).Integer;
            return (milliseconds < 0 ? null : TimeSpan.FromMilliseconds(milliseconds), true);
        }
        catch (RedisException exception) when (exception.Kind == RedisErrorKind.NoPermission)
        {
            // The worker itself never asks for it, so the least ACL does not allow it.
            return (null, false);
        }
    }

    private async Task<RedisReply> ExecuteAsync(RedisCommand command, CancellationToken cancellationToken)
    {
        using (command)
        {
            return await redis.ExecuteAsync(command, cancellationToken);
        }
    }

    private static string? Text(RedisReply reply) => reply.IsNull ? null : reply.AsText();
}
