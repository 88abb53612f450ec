using RESPite.Messages;
using Sidecar.Model;
using Sidecar.Reading;
using StackExchange.Redis;

namespace Sidecar.Caching;

/// <summary>What one MGET brought of a customer or resource. Read from the connection's own buffer: at every read some kilobytes are compared, and not copied.</summary>
/// <param name="Entitlements">The entries; null: none are stored, or none that can be read.</param>
/// <param name="AccessDeniedReason">Reason of the metadata; null: none.</param>
/// <param name="Timestamp">When they were true, Unix ms; null: not stored.</param>
/// <param name="GlobalTimestamp">That of the customer itself.</param>
/// <param name="Usage">Usage of what was asked for; null: none is stored, or nothing was asked for alone.</param>
internal readonly record struct StoredEntity(
    IReadOnlyList<CachedEntitlement>? Entitlements, string? AccessDeniedReason, long? Timestamp, long? GlobalTimestamp, CachedUsage? Usage)
{
    /// <summary>Reads the values of: the entry, its metadata, its timestamp, the customer's timestamp, and perhaps a usage's timestamp and value.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="key">Key of the entry.</param>
    /// <param name="parsed">Remembers what entries were parsed to.</param>
    public static StoredEntity Read(RespResult reply, string key, ParsedValues parsed)
    {
        var values = reply.Read().AggregateChildren();
        var entitlements = Next(ref values, out var value) ? parsed.Read(key, value) : null;
        var reason = Next(ref values, out value) ? UsageValue.ReadReason(value) : null;
        var timestamp = NextTimestamp(ref values);
        var global = NextTimestamp(ref values);
        return new StoredEntity(entitlements, reason, timestamp, global, NextUsage(ref values));
    }

    /// <summary>Reads pairs of a usage's timestamp and value; null where either is missing or cannot be read.</summary>
    public static CachedUsage?[] ReadUsages(RespResult reply)
    {
        var reader = reply.Read();
        var usages = new CachedUsage?[reader.AggregateLength() / 2];
        var values = reader.AggregateChildren();
        for (var i = 0; i < usages.Length; i++)
        {
            usages[i] = NextUsage(ref values);
        }

        return usages;
    }

    private static CachedUsage? NextUsage(ref RespReader.AggregateEnumerator values)
    {
        var timestamp = NextTimestamp(ref values);
        return Next(ref values, out var value) && timestamp is { } measured ? UsageValue.Read(value, measured) : null;
    }

    private static long? NextTimestamp(ref RespReader.AggregateEnumerator values) => Next(ref values, out var value) ? UsageValue.ReadTimestamp(value) : null;

    /// <summary>The next value. False: it is not stored, or there are no more.</summary>
    private static bool Next(ref RespReader.AggregateEnumerator values, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!values.MoveNext() || values.Value.IsNull)
        {
            return false;
        }

        // Contiguous but for large ones.
        value = values.Value.TryGetSpan(out var span) ? span : values.Value.ReadByteArray();
        return true;
    }
}
