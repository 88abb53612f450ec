namespace LocalSqs.Queues;

/// <summary>The messages of one group of a FIFO queue, oldest first.</summary>
internal sealed class MessageGroup
{
    private readonly LinkedList<Message> _ready = [];

    public MessageGroup(string id) => Id = id;

    public string Id { get; }

    public int ReadyCount => _ready.Count;

    /// <summary>Messages taken out and neither returned nor gone: as long as there are any, no other receive gets one of this group.</summary>
    public int InFlight { get; set; }

    public IEnumerable<Message> Ready => _ready;

    /// <summary>Puts a message where its sequence belongs. New ones go to the end, returned ones to the front.</summary>
    public void Insert(Message message)
    {
        if (_ready.Last is null || _ready.Last.Value.Sequence < message.Sequence)
        {
            _ready.AddLast(message);
            return;
        }

        // What is returned was received before all that is ready, save for others returned meanwhile: at most ten a receive.
        var node = _ready.First!;
        while (node.Value.Sequence < message.Sequence)
        {
            node = node.Next!;
        }

        _ready.AddBefore(node, message);
    }

    public Message TakeFirst()
    {
        var message = _ready.First!.Value;
        _ready.RemoveFirst();
        return message;
    }

    public void Remove(Message message) => _ready.Remove(message);
}
