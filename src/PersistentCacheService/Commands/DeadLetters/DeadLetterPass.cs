using System.Runtime.CompilerServices;
using PersistentCacheService.Queue.Sqs;

namespace PersistentCacheService.Commands.DeadLetters;

/// <summary>
/// One pass over a dead-letter queue: each message once. What is received stays hidden from others until the pass ends, so that the next call brings
/// further ones; then it is given back. A pass that is killed gives back nothing: then its messages come back by themselves, after the time they are held.
/// </summary>
/// <param name="queue">The queue.</param>
/// <param name="hold">How long received messages stay hidden at most.</param>
/// <param name="limit">Messages at most.</param>
internal sealed class DeadLetterPass(DeadLetterQueue queue, TimeSpan hold, int limit) : IAsyncDisposable
{
    /// <summary>For reading: a minute of calls reads thousands.</summary>
    public static readonly TimeSpan Reading = TimeSpan.FromMinutes(1);

    /// <summary>For moving and dropping, where what stays must not come again before all is seen.</summary>
    public static readonly TimeSpan Working = TimeSpan.FromMinutes(10);

    // SQS may answer a call with nothing although others wait.
    private const int EmptyCalls = 2;

    private static readonly TimeSpan ReceiveGrace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan GiveBackPatience = TimeSpan.FromSeconds(10);

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    // Not the messages: their bodies, up to 1 MB each, are of no use any more.
    private readonly Dictionary<string, (string ReceiptHandle, long ReceivedAt)> _held = new(StringComparer.Ordinal);

    /// <summary>Messages seen.</summary>
    public int Seen { get; private set; }

    /// <summary>Whether the queue had no further ones when the pass ended.</summary>
    public bool ReachedEnd { get; private set; }

    /// <summary>The messages, as they come; those seen before are left out.</summary>
    public async IAsyncEnumerable<IReadOnlyList<DeadLetter>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A receive that is cancelled at once can lose a batch that is on its way, until it comes back by itself.
        using var grace = new CancellationTokenSource(Timeout.InfiniteTimeSpan, queue.Time);
        await using var stop = cancellationToken.Register(() => grace.CancelAfter(ReceiveGrace));
        var empty = 0;
        var again = 0;

        // In a long pass those held come again, before the others: once around all of them.
        while (empty < EmptyCalls && again <= _held.Count && Seen < limit)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var received = await queue.ReceiveAsync(hold, grace.Token);
            var news = new List<DeadLetter>(received.Count);
            foreach (var letter in received)
            {
                // Its latest handle counts.
                _held[letter.Id] = (letter.Message.ReceiptHandle, letter.ReceivedAt);
                if (_seen.Add(letter.Id))
                {
                    news.Add(letter);
                }
            }

            Seen += news.Count;
            empty = news.Count > 0 ? 0 : received.Count == 0 ? empty + 1 : empty;
            again = news.Count > 0 ? 0 : again + received.Count;
            if (news.Count > 0)
            {
                yield return news;
            }
        }

        ReachedEnd = empty >= EmptyCalls || again > _held.Count;
    }

    /// <summary>These are deleted: nothing is to be given back or remembered.</summary>
    public void Forget(IEnumerable<DeadLetter> letters)
    {
        foreach (var letter in letters)
        {
            _held.Remove(letter.Id);
            _seen.Remove(letter.Id);
        }
    }

    /// <summary>Gives back all that is held. Best effort: what cannot be given back comes back by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(GiveBackPatience, queue.Time);
        try
        {
            var handles = _held.Values.Where(held => queue.Time.GetElapsedTime(held.ReceivedAt) < hold).Select(static held => held.ReceiptHandle);
            foreach (var chunk in handles.Chunk(DeadLetterQueue.BatchSize))
            {
                await queue.GiveBackAsync(chunk, patience.Token);
            }
        }
        catch (Exception exception) when (exception.GetSqsErrorKind() is not SqsErrorKind.Unknown)
        {
            // They become visible when their time is over.
        }

        _held.Clear();
    }
}
