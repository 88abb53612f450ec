namespace LocalSqs.Queues;

/// <summary>Remembers what a FIFO queue accepted during the last five minutes, so that a repeated send is answered and not stored. Not thread-safe.</summary>
internal sealed class DeduplicationWindow
{
    private const long WindowTicks = 300 * TimeSpan.TicksPerSecond; // SQS's deduplication interval

    private readonly Dictionary<(string? Group, string Id), SentMessage> _known = [];
    private readonly Queue<(long ExpiresTicks, (string? Group, string Id) Key)> _expiry = new();

    /// <summary>The earlier send with this id, if its window is still open.</summary>
    /// <param name="group">Group that bounds the id (DeduplicationScope messageGroup); null when the id counts for the whole queue.</param>
    /// <param name="id">Deduplication id.</param>
    /// <param name="now">The moment.</param>
    public SentMessage? Find(string? group, string id, Instant now)
    {
        while (_expiry.TryPeek(out var oldest) && oldest.ExpiresTicks <= now.Ticks)
        {
            _known.Remove(_expiry.Dequeue().Key);
        }

        return _known.TryGetValue((group, id), out var earlier) ? earlier : null;
    }

    /// <summary>Remembers a send that <see cref="Find"/> did not know.</summary>
    public void Remember(string? group, string id, SentMessage message, Instant now)
    {
        _known.Add((group, id), message);
        _expiry.Enqueue((now.Ticks + WindowTicks, (group, id)));
    }
}
