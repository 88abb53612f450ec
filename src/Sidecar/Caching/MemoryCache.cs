using Sidecar.Model;
using Sidecar.Origin;

namespace Sidecar.Caching;

/// <summary>
/// Entitlements in this process, bounded in bytes; the least recently used go first. Each item keeps its newest value, whatever order they come in.
/// </summary>
/// <param name="maxBytes">Bound of the estimated size.</param>
/// <param name="maxAge">While changes are not announced, an older entry is fetched again.</param>
/// <param name="time">Clock.</param>
internal sealed class MemoryCache(long maxBytes, TimeSpan maxAge, TimeProvider time) : IEntitlementCache
{
    // An entry's objects take about four times the length of its JSON; the rest is the key's text, the node and the dictionary's slot.
    private const int BytesPerJsonByte = 4;
    private const int BytesPerCharacter = 2;
    private const int BytesPerEntry = 512;

    private readonly Lock _gate = new();
    private readonly Dictionary<EntityId, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = new();

    private readonly Dictionary<EntityId, Fetch> _fetches = [];
    private long _bytes;
    private bool _isLive;

    /// <summary>Customers and resources kept.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<CacheLookup> ReadAsync(EntityId id, ReadScope scope, CancellationToken cancellationToken)
    {
        Entry entry;
        bool isLive;
        lock (_gate)
        {
            if (!_entries.TryGetValue(id, out var node))
            {
                return ValueTask.FromResult(CacheLookup.Nothing);
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            entry = node.Value;
            isLive = _isLive;
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var isExpired = (!isLive && time.GetElapsedTime(entry.StoredAt) >= maxAge) || entry.Customer.IsExpired(scope, now);
        return ValueTask.FromResult(new CacheLookup(!isExpired, entry.Customer, IsGlobalMissing: false));
    }

    /// <inheritdoc/>
    public async Task<CachedCustomer?> RefetchAsync(EntityId id, ReadScope scope, Func<Task<FetchedState?>> fetch, CancellationToken cancellationToken)
    {
        var mine = Begin(id);
        FetchedState? state = null;
        try
        {
            // A fetch may have ended since the caller's miss.
            if (await ReadAsync(id, scope, cancellationToken) is { IsHit: true } lookup)
            {
                return lookup.Customer;
            }

            state = await fetch();
        }
        finally
        {
            End(id, mine, state);
        }

        return state?.Customer;
    }

    /// <inheritdoc/>
    public Task StoreAsync(EntityId id, FetchedState state, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Keep(id, state, isRead: true);
        }

        return Task.CompletedTask;
    }

    /// <summary>Keeps what an event brings. A customer that is not kept yet was not read here, so it is the first to go.</summary>
    public void Update(EntityId id, FetchedState state)
    {
        lock (_gate)
        {
            Keep(id, state, isRead: false);
        }
    }

    /// <inheritdoc/>
    public Task UpdateUsageAsync(EntityId id, string usageId, bool isCredit, CachedUsage usage, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _fetches.GetValueOrDefault(id)?.Usages.Add((usageId, isCredit, usage));
            KeepUsage(id, usageId, isCredit, usage);
        }

        return Task.CompletedTask;
    }

    /// <summary>Forgets one customer or resource.</summary>
    public void Forget(EntityId id)
    {
        lock (_gate)
        {
            if (_fetches.TryGetValue(id, out var fetch))
            {
                fetch.IsOutdated = true;
            }

            Remove(id);
        }
    }

    /// <summary>From now on every change is announced: nothing that was kept before is trusted, and what is kept does not age.</summary>
    public void BecomeLive()
    {
        lock (_gate)
        {
            _isLive = true;
            Clear();
        }
    }

    /// <summary>Changes are no longer announced: what is kept ages, and still answers when nothing else does.</summary>
    public void LoseUpdates()
    {
        lock (_gate)
        {
            _isLive = false;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            Clear();
        }
    }

    private void Clear()
    {
        foreach (var fetch in _fetches.Values)
        {
            fetch.IsOutdated = true;
        }

        _entries.Clear();
        _byUse.Clear();
        _bytes = 0;
    }

    private Fetch Begin(EntityId id)
    {
        lock (_gate)
        {
            if (!_fetches.TryGetValue(id, out var fetch))
            {
                _fetches[id] = fetch = new Fetch();
            }

            fetch.Callers++;
            return fetch;
        }
    }

    private void End(EntityId id, Fetch fetch, FetchedState? state)
    {
        lock (_gate)
        {
            if (--fetch.Callers == 0)
            {
                _fetches.Remove(id);
            }

            if (state is null || fetch.IsOutdated)
            {
                return;
            }

            Keep(id, state, isRead: true);
            foreach (var (usageId, isCredit, usage) in fetch.Usages)
            {
                KeepUsage(id, usageId, isCredit, usage);
            }
        }
    }

    private void KeepUsage(EntityId id, string usageId, bool isCredit, CachedUsage usage)
    {
        if (_entries.TryGetValue(id, out var node)
            && (isCredit ? node.Value.Customer.Credit(usageId) : node.Value.Customer.Feature(usageId)) is { } entitlement
            && !(entitlement.Usage.Timestamp > usage.Timestamp))
        {
            node.Value = node.Value with { Customer = node.Value.Customer.With(usageId, isCredit, usage) };
        }
    }

    private void Keep(EntityId id, FetchedState state, bool isRead)
    {
        var (customer, timestamp) = (state.Customer, state.Timestamp);
        var known = _entries.GetValueOrDefault(id)?.Value;
        if (known is not null && timestamp != 0 && known.Timestamp > timestamp)
        {
            (customer, timestamp) = (known.Customer.WithNewerUsageOf(customer), known.Timestamp);
        }
        else if (known is not null)
        {
            customer = customer.WithNewerUsageOf(known.Customer);
        }

        Remove(id);
        var size = BytesPerEntry + (BytesPerCharacter * (id.CustomerId.Length + (id.ResourceId?.Length ?? 0))) + ((long)BytesPerJsonByte * state.Size);

        // A customer that does not exist is not kept: it may be created any moment, and nothing would announce that.
        if (!customer.Exists || size > maxBytes)
        {
            return;
        }

        var entry = new Entry(id, customer, timestamp, size, time.GetTimestamp());
        _entries[id] = isRead || known is not null ? _byUse.AddFirst(entry) : _byUse.AddLast(entry);
        _bytes += size;
        while (_bytes > maxBytes && _byUse.Last is { } last)
        {
            Remove(last.Value.Id);
        }
    }

    private void Remove(EntityId id)
    {
        if (_entries.Remove(id, out var node))
        {
            _byUse.Remove(node);
            _bytes -= node.Value.Size;
        }
    }

    /// <summary>What happens to a customer while it is being fetched: the answer may be older than that.</summary>
    private sealed class Fetch
    {
        /// <summary>Callers that wait for it.</summary>
        public int Callers { get; set; }

        /// <summary>The customer was forgotten meanwhile: the answer is good for who asked before that, and is not kept.</summary>
        public bool IsOutdated { get; set; }

        /// <summary>Usage that was announced meanwhile.</summary>
        public List<(string Id, bool IsCredit, CachedUsage Usage)> Usages { get; } = [];
    }

    private sealed record Entry(EntityId Id, CachedCustomer Customer, long Timestamp, long Size, long StoredAt);
}
