using RESPite.Messages;
using Sidecar.Model;
using Sidecar.Reading;
using StackExchange.Redis;

namespace Sidecar.Caching;

/// <summary>Takes one value after the other from the reply to an MGET.</summary>
internal static class StoredValues
{
    /// <summary>Reads pairs of a usage's timestamp and value; null where either is not stored or cannot be read.</summary>
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

    /// <summary>The next value. False: it is not stored.</summary>
    /// <exception cref="EndOfStreamException">The reply has fewer values than keys were asked for.</exception>
    public static bool Next(ref RespReader.AggregateEnumerator values, out ReadOnlySpan<byte> value)
    {
        if (!values.MoveNext())
        {
            throw new EndOfStreamException("The reply has fewer values than keys were asked for.");
        }

        value = default;
        if (values.Value.IsNull)
        {
            return false;
        }

        // Contiguous but for large ones.
        value = values.Value.TryGetSpan(out var span) ? span : values.Value.ReadByteArray();
        return true;
    }

    /// <summary>The next value as a timestamp; null: it is not stored or cannot be read.</summary>
    public static long? NextTimestamp(ref RespReader.AggregateEnumerator values) => Next(ref values, out var value) ? UsageValue.ReadTimestamp(value) : null;

    /// <summary>The next two values as a usage's timestamp and the usage; null: either is not stored or cannot be read.</summary>
    public static CachedUsage? NextUsage(ref RespReader.AggregateEnumerator values)
    {
        var timestamp = NextTimestamp(ref values);
        return Next(ref values, out var value) && timestamp is { } measured ? UsageValue.Read(value, measured) : null;
    }
}
