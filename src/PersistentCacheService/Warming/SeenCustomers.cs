using System.Diagnostics.CodeAnalysis;
using EntitlementCache.Messages;

namespace PersistentCacheService.Warming;

/// <summary>
/// The customers and resources that events named and that are cached, as this process saw it since its start: whom to fetch after Redis lost them. Bounded:
/// beyond the limit those make place that were not named for long.
/// </summary>
/// <param name="limit">How many are remembered at most; about 110 bytes each with ids of 20 characters.</param>
/// <param name="life">How long a customer stays cached after an event about it; null: it does not expire.</param>
/// <param name="time">The clock.</param>
internal sealed class SeenCustomers(int limit, TimeSpan? life, TimeProvider time)
{
    // No id contains it.
    private const byte Separator = (byte)'\n';
    private const int LongestKey = (4 * IdRules.MaxLength * 2) + 1;

    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private readonly Dictionary<byte[], int> _places = new(BytesComparer.Instance);

    // By place: who stands there (null: none), when it was named last, and whether it was named since the hand passed.
    private readonly List<byte[]?> _keys = [];
    private readonly List<int> _seconds = [];
    private readonly List<bool> _named = [];
    private readonly Stack<int> _free = [];
    private int _hand;

    /// <summary>How many are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _places.Count;
            }
        }
    }

    /// <summary>An event named a customer that is cached.</summary>
    public void Add(CustomerIdentity customer)
    {
        if (limit == 0 || customer.IsEmpty)
        {
            return;
        }

        Span<byte> key = stackalloc byte[LongestKey];
        key = Write(customer, key);
        var now = (int)time.GetElapsedTime(_start).TotalSeconds;
        lock (_lock)
        {
            var places = _places.GetAlternateLookup<ReadOnlySpan<byte>>();
            if (places.TryGetValue(key, out var place))
            {
                (_seconds[place], _named[place]) = (now, true);
                return;
            }

            place = FreePlace();
            var own = key.ToArray();
            (_keys[place], _seconds[place], _named[place]) = (own, now, false);
            _places.Add(own, place);
        }
    }

    /// <summary>A customer is not cached any more.</summary>
    public void Remove(CustomerIdentity customer)
    {
        if (customer.IsEmpty)
        {
            return;
        }

        Span<byte> key = stackalloc byte[LongestKey];
        key = Write(customer, key);
        lock (_lock)
        {
            if (_places.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(key, out _, out var place))
            {
                _keys[place] = null;
                _free.Push(place);
            }
        }
    }

    /// <summary>Those that were named and may still be cached, the latest first.</summary>
    /// <param name="within">Only those named within this time before now; null: all.</param>
    public IReadOnlyList<CustomerIdentity> Named(TimeSpan? within)
    {
        var earliest = (life is null || within < life ? within : life) is { } span ? (time.GetElapsedTime(_start) - span).TotalSeconds - 1 : -1;
        List<(byte[] Key, int Seconds)> named;
        lock (_lock)
        {
            named = [.. _places.Select(pair => (pair.Key, _seconds[pair.Value])).Where(pair => pair.Item2 >= earliest)];
        }

        return [.. named.OrderByDescending(static pair => pair.Seconds).Select(static pair => Read(pair.Key))];
    }

    private static Span<byte> Write(CustomerIdentity customer, Span<byte> key)
    {
        customer.CustomerId.Span.CopyTo(key);
        var length = customer.CustomerId.Length;
        if (!customer.ResourceId.IsEmpty)
        {
            key[length] = Separator;
            customer.ResourceId.Span.CopyTo(key[(length + 1)..]);
            length += 1 + customer.ResourceId.Length;
        }

        return key[..length];
    }

    private static CustomerIdentity Read(byte[] key)
    {
        var end = key.AsSpan().IndexOf(Separator);
        return end < 0 ? new CustomerIdentity(key, default) : new CustomerIdentity(key.AsMemory(0, end), key.AsMemory(end + 1));
    }

    /// <summary>A place for one more: a free one, a new one, or that of one that was not named since the hand passed it before.</summary>
    private int FreePlace()
    {
        if (_free.TryPop(out var free))
        {
            return free;
        }

        if (_keys.Count < limit)
        {
            _keys.Add(null);
            _seconds.Add(0);
            _named.Add(false);
            return _keys.Count - 1;
        }

        while (true)
        {
            var place = _hand;
            _hand = (_hand + 1) % limit;
            if (!_named[place])
            {
                _places.Remove(_keys[place]!);
                return place;
            }

            _named[place] = false;
        }
    }

    private sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly BytesComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode((ReadOnlySpan<byte>)obj);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
