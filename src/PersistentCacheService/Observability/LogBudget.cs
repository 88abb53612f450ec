namespace PersistentCacheService.Observability;

/// <summary>Lets a log line, or a few, per key through in an interval and counts those it holds back.</summary>
/// <param name="interval">Begins with a key's first line.</param>
/// <param name="time">Clock.</param>
/// <param name="lines">Lines of one key in an interval.</param>
internal sealed class LogBudget(TimeSpan interval, TimeProvider time, int lines = 1)
{
    // Keys can come from outside (type names of messages): a flood of them must not fill the memory.
    private const int MostKeys = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Began, int Printed, int HeldBack)> _keys = new(StringComparer.Ordinal);

    /// <summary>Whether to print now.</summary>
    /// <param name="key">What is repeated.</param>
    /// <param name="heldBack">How many were held back since the last line of this key.</param>
    public bool MayPrint(string key, out int heldBack)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            if (_keys.TryGetValue(key, out var entry) && time.GetElapsedTime(entry.Began, now) < interval)
            {
                var prints = entry.Printed < lines;
                _keys[key] = prints ? entry with { Printed = entry.Printed + 1 } : entry with { HeldBack = entry.HeldBack + 1 };
                heldBack = 0;
                return prints;
            }

            heldBack = entry.HeldBack;
            if (_keys.Count >= MostKeys)
            {
                Forget(now);
            }

            _keys[key] = (now, 1, 0);
            return true;
        }
    }

    private void Forget(long now)
    {
        foreach (var (key, entry) in _keys)
        {
            if (time.GetElapsedTime(entry.Began, now) >= interval)
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
