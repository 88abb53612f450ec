using RESPite.Messages;
using Sidecar.Reading;
using StackExchange.Redis;

namespace Sidecar.Caching;

/// <summary>One caller's read of a customer or resource: the keys it needs, and the answer it waits for.</summary>
/// <param name="key">Key of the entry.</param>
/// <param name="globalKey">Key of the customer's own entry, where the entry is a resource's; null: the entry is the customer's own.</param>
/// <param name="usageKey">Key of the usage asked for; null: nothing was asked for alone.</param>
internal sealed class StoredRead(string key, string? globalKey, string? usageKey)
{
    private const string Timestamp = "#timestamp";

    private readonly TaskCompletionSource<StoredEntity> _answer = new();
    private StoredEntity _read;

    /// <summary>What the keys held, or why Redis did not tell.</summary>
    public Task<StoredEntity> Answer => _answer.Task;

    /// <summary>Appends the keys to those of other reads.</summary>
    public void AddKeys(List<RedisKeyOrValue> keys)
    {
        keys.Add((RedisKey)key);
        keys.Add((RedisKey)(key + ":metadata"));
        keys.Add((RedisKey)(key + Timestamp));
        if (globalKey is not null)
        {
            keys.Add((RedisKey)(globalKey + Timestamp));
        }

        if (usageKey is not null)
        {
            keys.Add((RedisKey)(usageKey + Timestamp));
            keys.Add((RedisKey)usageKey);
        }
    }

    /// <summary>Takes the values of these keys from a reply, from the connection's own buffer: at every read some kilobytes are compared, and not copied.</summary>
    /// <param name="values">The values, in the order of the keys.</param>
    /// <param name="parsed">Remembers what entries were parsed to.</param>
    public void Take(ref RespReader.AggregateEnumerator values, ParsedValues parsed)
    {
        var entitlements = StoredValues.Next(ref values, out var value) ? parsed.Read(key, value) : null;
        var reason = StoredValues.Next(ref values, out value) ? UsageValue.ReadReason(value) : null;
        var timestamp = StoredValues.NextTimestamp(ref values);
        var global = globalKey is null ? timestamp : StoredValues.NextTimestamp(ref values);
        var usage = usageKey is null ? null : StoredValues.NextUsage(ref values);
        _read = new StoredEntity(entitlements, reason, timestamp, global, usage);
    }

    /// <summary>Lets the caller continue with what was taken.</summary>
    public void Complete() => _answer.SetResult(_read);

    /// <summary>Lets the caller continue without.</summary>
    public void Fail(Exception exception) => _answer.SetException(exception);
}
