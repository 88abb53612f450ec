namespace PersistentCacheService.Commands.DeadLetters;

/// <summary>The ids that were added last: a run over millions of messages needs no memory for all of them.</summary>
/// <param name="capacity">How many; each takes about 120 bytes.</param>
internal sealed class RecentIds(int capacity)
{
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>Adds one; of more than the capacity the oldest is forgotten.</summary>
    public void Add(string id)
    {
        if (!_ids.Add(id))
        {
            return;
        }

        _order.Enqueue(id);
        if (_order.Count > capacity)
        {
            _ids.Remove(_order.Dequeue());
        }
    }

    /// <summary>Whether it is among them.</summary>
    public bool Contains(string id) => _ids.Contains(id);
}
