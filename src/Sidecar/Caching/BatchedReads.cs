using System.Collections.Concurrent;
using EntitlementCache.Redis;
using Sidecar.Reading;
using StackExchange.Redis;

namespace Sidecar.Caching;

/// <summary>
/// Sends the reads of callers that come together as one MGET. No read is delayed for it: it is sent as soon as a thread is free, with those that came until
/// then. A read never joins an MGET that was sent before it came, so it sees every write that ended before.
/// </summary>
/// <param name="redis">Connection.</param>
/// <param name="parsed">Remembers what entries were parsed to.</param>
internal sealed class BatchedReads(RedisClient redis, ParsedValues parsed) : IThreadPoolWorkItem
{
    // Redis serves its other clients after it, and the reply lies in memory as a whole: 32 entries of a hundred features are 2.4 MB.
    private const int MaxReads = 32;

    private readonly ConcurrentQueue<StoredRead> _waiting = new();
    private int _scheduled;

    /// <summary>Reads.</summary>
    /// <exception cref="RedisFailureException">Redis did not answer.</exception>
    public Task<StoredEntity> ReadAsync(StoredRead read)
    {
        _waiting.Enqueue(read);
        Schedule();
        return read.Answer;
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute()
    {
        // Before the first read is taken: one that comes later schedules again. With a full fence: else the queue could be seen empty before another thread
        // sees the zero, and a read that comes in between would wait for the next one.
        Interlocked.Exchange(ref _scheduled, 0);
        var batch = new List<StoredRead>();
        while (batch.Count < MaxReads && _waiting.TryDequeue(out var read))
        {
            batch.Add(read);
        }

        if (!_waiting.IsEmpty)
        {
            Schedule();
        }

        if (batch.Count > 0)
        {
            _ = SendAsync(batch);
        }
    }

    private void Schedule()
    {
        if (Interlocked.Exchange(ref _scheduled, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Never fails: a failure goes to the callers.</summary>
    private async Task SendAsync(List<StoredRead> batch)
    {
        try
        {
            var keys = new List<RedisKeyOrValue>(batch.Count * 6);
            foreach (var read in batch)
            {
                read.AddKeys(keys);
            }

            await redis.ExecuteAsync("MGET", keys.ToArray(), reply => Take(batch, reply));
        }
        catch (Exception exception)
        {
            foreach (var read in batch)
            {
                read.Fail(exception);
            }

            return;
        }

        // Not earlier: the reply lies in the connection's buffer until it was read to its end.
        foreach (var read in batch)
        {
            read.Complete();
        }
    }

    private int Take(List<StoredRead> batch, RespResult reply)
    {
        var values = reply.Read().AggregateChildren();
        foreach (var read in batch)
        {
            read.Take(ref values, parsed);
        }

        return batch.Count;
    }
}
