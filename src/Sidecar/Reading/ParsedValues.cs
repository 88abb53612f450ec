using System.Collections.Concurrent;
using Sidecar.Model;

namespace Sidecar.Reading;

/// <summary>
/// Remembers what entitlements values were parsed to. Redis is asked at every call, so nothing here can be stale: the value has to be the same, byte
/// for byte. Comparing two kilobytes takes a hundredth of the time that parsing them takes.
/// </summary>
/// <param name="maxBytes">Bound of the values remembered, in bytes; the objects made of them take about four times as much.</param>
internal sealed class ParsedValues(long maxBytes)
{
    private readonly ConcurrentDictionary<string, (byte[] Value, IReadOnlyList<CachedEntitlement>? Parsed)> _known = new(StringComparer.Ordinal);
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
        if (value.Length <= maxBytes)
        {
            // Everything goes at once, which costs each customer one more parsing; to know who was read last would cost every read.
            if (Interlocked.Add(ref _bytes, value.Length) > maxBytes)
            {
                _known.Clear();
                Interlocked.Exchange(ref _bytes, value.Length);
            }

            _known[key] = (kept, parsed);
        }

        return parsed;
    }
}
