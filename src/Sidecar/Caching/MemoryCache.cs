using Sidecar.Model;
using Sidecar.Origin;

namespace Sidecar.Caching;

/// <summary>Entitlements in this process, bounded in bytes; the least recently used go first.</summary>
/// <param name="maxBytes">Bound of the estimated size.</param>
/// <param name="maxAge">An older entry is fetched again: nothing tells this process of changes yet (real-time updates are still to come).</param>
/// <param name="time">Clock.</param>
internal sealed class MemoryCache(long maxBytes, TimeSpan maxAge, TimeProvider time) : IEntitlementCache
{
    // An entry's objects take about four times the length of its JSON; the rest is the node, the key and the dictionary's slot.
    private const int BytesPerJsonByte = 4;
    private const int BytesPerEntry = 512;

    private readonly Lock _gate = new();
    private readonly Dictionary<EntityId, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = new();
    private long _bytes;

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
        lock (_gate)
        {
            if (!_entries.TryGetValue(id, out var node))
            {
                return ValueTask.FromResult(CacheLookup.Nothing);
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            entry = node.Value;
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var isExpired = time.GetElapsedTime(entry.StoredAt) >= maxAge || entry.Customer.In(scope).Any(one => one.ValidUntil <= now);
        return ValueTask.FromResult(new CacheLookup(!isExpired, entry.Customer, IsGlobalMissing: false));
    }

    /// <inheritdoc/>
    public async Task<CachedCustomer?> RefetchAsync(EntityId id, ReadScope scope, Func<Task<FetchedState?>> fetch, CancellationToken cancellationToken)
    {
        if (await fetch() is not { } state)
        {
            return null;
        }

        await StoreAsync(id, state, cancellationToken);
        return state.Customer;
    }

    /// <inheritdoc/>
    public Task StoreAsync(EntityId id, FetchedState state, CancellationToken cancellationToken)
    {
        var size = BytesPerEntry + ((long)BytesPerJsonByte * state.Size);
        lock (_gate)
        {
            if (_entries.TryGetValue(id, out var known) && state.Timestamp != 0 && known.Value.Timestamp > state.Timestamp)
            {
                return Task.CompletedTask;
            }

            Remove(id);

            // A customer that does not exist is not kept: it may be created any moment, and nothing would tell.
            if (state.Customer.Exists && size <= maxBytes)
            {
                _entries[id] = _byUse.AddFirst(new Entry(id, state.Customer, state.Timestamp, size, time.GetTimestamp()));
                _bytes += size;
                while (_bytes > maxBytes && _byUse.Last is { } last)
                {
                    Remove(last.Value.Id);
                }
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task UpdateUsageAsync(EntityId id, string usageId, bool isCredit, CachedUsage usage, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(id, out var node)
                && (isCredit ? node.Value.Customer.Credit(usageId) : node.Value.Customer.Feature(usageId)) is { } entitlement
                && !(entitlement.Usage.Timestamp > usage.Timestamp))
            {
                node.Value = node.Value with { Customer = node.Value.Customer.With(usageId, isCredit, usage) };
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Forgets one customer or resource.</summary>
    public void Forget(EntityId id)
    {
        lock (_gate)
        {
            Remove(id);
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _entries.Clear();
            _byUse.Clear();
            _bytes = 0;
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

    private sealed record Entry(EntityId Id, CachedCustomer Customer, long Timestamp, long Size, long StoredAt);
}
