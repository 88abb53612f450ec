namespace PersistentCacheService.Observability;

/// <summary>Lets one log line per key through in an interval and counts those it holds back.</summary>
/// <param name="interval">Time between two lines of one key.</param>
/// <param name="time">Clock.</param>
internal sealed class OncePerInterval(TimeSpan interval, TimeProvider time)
{
    // Keys can come from outside (type names of messages): a flood of them must not fill the memory.
    private const int MostKeys = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Printed, int HeldBack)> _keys = new(StringComparer.Ordinal);

    /// <summary>Whether to print now.</summary>
    /// <param name="key">What is repeated.</param>
    /// <param name="heldBack">How many were held back since the last line of this key.</param>
    public bool MayPrint(string key, out int heldBack)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            if (_keys.TryGetValue(key, out var entry) && time.GetElapsedTime(entry.Printed, now) < interval)
            {
                _keys[key] = entry with { HeldBack = entry.HeldBack + 1 };
                heldBack = 0;
                return false;
            }

            heldBack = entry.HeldBack;
            if (_keys.Count >= MostKeys)
            {
                Forget(now);
            }

            _keys[key] = (now, 0);
            return true;
        }
    }

    private void Forget(long now)
    {
        foreach (var (key, entry) in _keys)
        {
            if (time.GetElapsedTime(entry.Printed, now) >= interval)
            {
                _keys.Remove(key);
            }
        }

        if (_keys.Count >= MostKeys)
        {
            _keys.Clear();
        }
    }
}
