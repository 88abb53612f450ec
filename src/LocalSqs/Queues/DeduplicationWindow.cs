namespace LocalSqs.Queues;

/// <summary>Remembers what a FIFO queue accepted during the last five minutes, so that a repeated send is answered and not stored. Not thread-safe.</summary>
internal sealed class DeduplicationWindow
{
    private const long WindowTicks = 300 * TimeSpan.TicksPerSecond; // SQS's deduplication interval

    private readonly Dictionary<string, SentMessage> _known = new(StringComparer.Ordinal);
    private readonly Queue<(long ExpiresTicks, string Id)> _expiry = new();

    /// <summary>The earlier send with this id, if its window is still open.</summary>
    public SentMessage? Find(string id, Instant now)
    {
        while (_expiry.TryPeek(out var oldest) && oldest.ExpiresTicks <= now.Ticks)
        {
            _known.Remove(_expiry.Dequeue().Id);
        }

        return _known.TryGetValue(id, out var earlier) ? earlier : null;
    }

    /// <summary>Remembers a send that <see cref="Find"/> did not know.</summary>
    public void Remember(string id, SentMessage message, Instant now)
    {
        _known.Add(id, message);
        _expiry.Enqueue((now.Ticks + WindowTicks, id));
    }
}
