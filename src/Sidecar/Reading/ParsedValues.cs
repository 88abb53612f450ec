using System.Collections.Concurrent;
using Sidecar.Model;

namespace Sidecar.Reading;

/// <summary>
/// Remembers what entitlements values were parsed to. Redis is asked at every call, so nothing here can be stale: the value has to be the same, byte
/// for byte. Comparing two kilobytes takes a hundredth of the time that parsing them takes.
/// </summary>
/// <param name="maxBytes">Bound of what the remembered values, their keys and their places take, in bytes; the objects made of values take about four times as much.</param>
internal sealed class ParsedValues(long maxBytes)
{
    // An entry's place in the dictionary, its node, and the heads of its objects.
    private const int BytesPerEntry = 256;

    private readonly ConcurrentDictionary<string, (byte[] Value, IReadOnlyList<CachedEntitlement>? Parsed)> _known = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private long _bytes;

    /// <summary>What <see cref="EntitlementsValue.Read"/> makes of a key's value.</summary>
    public IReadOnlyList<CachedEntitlement>? Read(string key, ReadOnlySpan<byte> value)
    {
        if (_known.TryGetValue(key, out var known) && value.SequenceEqual(known.Value))
        {
            return known.Parsed;
        }

        var kept = value.ToArray();
        var parsed = EntitlementsValue.Read(kept);
        var size = SizeOf(key, kept);
        if (size <= maxBytes)
        {
            Keep(key, kept, parsed, size);
        }

        return parsed;
    }

    private static long SizeOf(string key, byte[] value) => value.Length + (2L * key.Length) + BytesPerEntry;

    private void Keep(string key, byte[] value, IReadOnlyList<CachedEntitlement>? parsed, long size)
    {
        lock (_gate)
        {
            _bytes += size - (_known.TryGetValue(key, out var replaced) ? SizeOf(key, replaced.Value) : 0);
            if (_bytes > maxBytes)
            {
                // Everything goes at once, which costs each customer one more parsing; to know who was read last would cost every read.
                _known.Clear();
                _bytes = size;
            }

            _known[key] = (value, parsed);
        }
    }
}
