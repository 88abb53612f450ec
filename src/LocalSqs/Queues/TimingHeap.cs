namespace LocalSqs.Queues;

/// <summary>Messages ordered by <see cref="Message.DueTicks"/>; each knows its place, so that a deleted one leaves at once instead of when it is due.</summary>
/// <remarks>A binary heap: insert of a message due after all others (one timeout for all, the usual case) is O(1), removal O(log n).</remarks>
internal sealed class TimingHeap
{
    private Message[] _items = new Message[16];

    public int Count { get; private set; }

    /// <summary>The message due first; null when empty.</summary>
    public Message? First => Count == 0 ? null : _items[0];

    /// <summary>All of them, in no order.</summary>
    public ReadOnlySpan<Message> Items => _items.AsSpan(0, Count);

    public void Add(Message message)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Count * 2);
        }

        MoveUp(Count++, message);
    }

    /// <summary>Removes a message that is in the heap.</summary>
    public void Remove(Message message)
    {
        var index = message.HeapIndex;
        var last = _items[--Count];
        _items[Count] = null!;
        message.HeapIndex = -1;
        if (ReferenceEquals(last, message))
        {
            return;
        }

        if (index > 0 && last.DueTicks < _items[(index - 1) / 2].DueTicks)
        {
            MoveUp(index, last);
        }
        else
        {
            MoveDown(index, last);
        }
    }

    public void Clear()
    {
        foreach (var message in _items.AsSpan(0, Count))
        {
            message.HeapIndex = -1;
        }

        Array.Clear(_items);
        Count = 0;
    }

    private void MoveUp(int index, Message message)
    {
        while (index > 0)
        {
            var parent = (index - 1) / 2;
            if (_items[parent].DueTicks <= message.DueTicks)
            {
                break;
            }

            Place(index, _items[parent]);
            index = parent;
        }

        Place(index, message);
    }

    private void MoveDown(int index, Message message)
    {
        for (var child = (2 * index) + 1; child < Count; child = (2 * index) + 1)
        {
            if (child + 1 < Count && _items[child + 1].DueTicks < _items[child].DueTicks)
            {
                child++;
            }

            if (message.DueTicks <= _items[child].DueTicks)
            {
                break;
            }

            Place(index, _items[child]);
            index = child;
        }

        Place(index, message);
    }

    private void Place(int index, Message message)
    {
        _items[index] = message;
        message.HeapIndex = index;
    }
}
