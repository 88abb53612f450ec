namespace LocalSqs.Queues;

/// <summary>Ready messages of a FIFO queue: strict order within a group, and a group with a message in flight is locked.</summary>
internal sealed class GroupedMessages : IReadyMessages
{
    private readonly Dictionary<string, MessageGroup> _groups = new(StringComparer.Ordinal);

    // Groups with ready messages and none in flight, in the order in which they became so.
    private readonly LinkedList<MessageGroup> _open = [];
    private MessageGroup? _current;
    private long _currentReceive;

    public int Count { get; private set; }

    public void Add(Message message)
    {
        var id = GroupOf(message);
        if (!_groups.TryGetValue(id, out var group))
        {
            _groups.Add(id, group = new MessageGroup(id));
        }

        if (group is { ReadyCount: 0, InFlight: 0 })
        {
            _open.AddLast(group);
        }

        group.Insert(message);
        Count++;
    }

    /// <inheritdoc/>
    /// <remarks>Fills an answer from one group as far as it goes, then from the next, as AWS does.</remarks>
    public Message? Take(long receive)
    {
        if (_current is null || _currentReceive != receive || _current.ReadyCount == 0)
        {
            if (_open.First is not { } next)
            {
                return null;
            }

            _open.RemoveFirst();
            _current = next.Value;
            _currentReceive = receive;
        }

        _current.InFlight++;
        Count--;
        return _current.TakeFirst();
    }

    public void Return(Message message)
    {
        var group = _groups[GroupOf(message)];
        group.Insert(message);
        Count++;
        Unlock(group);
    }

    public void Release(Message message) => Unlock(_groups[GroupOf(message)]);

    public void Remove(Message message)
    {
        var group = _groups[GroupOf(message)];
        group.Remove(message);
        Count--;
        if (group is { ReadyCount: 0, InFlight: 0 })
        {
            _open.Remove(group);
            _groups.Remove(group.Id);
        }
    }

    public void Clear()
    {
        _groups.Clear();
        _open.Clear();
        _current = null;
        Count = 0;
    }

    public IEnumerable<Message> Snapshot() => _groups.Values.SelectMany(static group => group.Ready).OrderBy(static message => message.Sequence);

    private static string GroupOf(Message message) => message.Extras?.GroupId ?? string.Empty;

    private void Unlock(MessageGroup group)
    {
        if (--group.InFlight > 0)
        {
            return;
        }

        // A receive that is still waiting must not continue in a group it has just given up: the group is in the open list again, or gone.
        if (ReferenceEquals(_current, group))
        {
            _current = null;
        }

        if (group.ReadyCount > 0)
        {
            _open.AddLast(group);
        }
        else
        {
            _groups.Remove(group.Id);
        }
    }
}
