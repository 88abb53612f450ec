namespace PersistentCacheService.Sentry;

/// <summary>
/// A token bucket per key: the first events of a kind pass, a flood of it becomes one event now and then that says how many
/// were held back.
/// </summary>
/// <param name="burst">Events of one key that pass at once after a quiet time.</param>
/// <param name="refill">Time after which one more passes.</param>
/// <param name="time">The clock.</param>
internal sealed class EventThrottle<TKey>(int burst, TimeSpan refill, TimeProvider time)
    where TKey : notnull
{
    // Log statements times exception types of this service are fewer; the bound holds whatever a library throws.
    private const int MaxKeys = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Bucket> _buckets = [];

    /// <summary>How many kinds are kept in mind, for tests.</summary>
    public int RememberedKinds
    {
        get
        {
            lock (_lock)
            {
                return _buckets.Count;
            }
        }
    }

    /// <summary>Asks whether an event may pass.</summary>
    /// <param name="key">The kind of event.</param>
    /// <param name="carried">Events held back earlier that this one speaks for.</param>
    /// <param name="suppressed">When it passes: how many were held back since the last one of its kind, <paramref name="carried"/> included.</param>
    public bool TryPass(TKey key, int carried, out int suppressed)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (!_buckets.TryGetValue(key, out var bucket))
            {
                if (_buckets.Count >= MaxKeys)
                {
                    // Forgetting lets a few more events pass; searching for the oldest would make floods expensive.
                    _buckets.Clear();
                }

                _buckets[key] = bucket = new Bucket { Tokens = burst, At = now };
            }

            bucket.Tokens = Math.Min(burst, bucket.Tokens + (time.GetElapsedTime(bucket.At, now) / refill));
            bucket.At = now;
            if (bucket.Tokens < 1)
            {
                bucket.Suppressed += carried + 1;
                suppressed = 0;
                return false;
            }

            bucket.Tokens--;
            suppressed = bucket.Suppressed + carried;
            bucket.Suppressed = 0;
            return true;
        }
    }

    private sealed class Bucket
    {
        public double Tokens { get; set; }

        public long At { get; set; }

        public int Suppressed { get; set; }
    }
}
