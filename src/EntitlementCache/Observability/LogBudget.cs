namespace EntitlementCache.Observability;

/// <summary>Lets a log line, or a few, per key through in an interval and counts those it suppresses.</summary>
/// <param name="interval">Begins with a key's first line; for all keys together with the first line of any.</param>
/// <param name="time">Clock.</param>
/// <param name="lines">Lines of one key in an interval.</param>
/// <param name="linesInAll">Lines of all keys together in an interval, for keys that come from outside.</param>
internal sealed class LogBudget(TimeSpan interval, TimeProvider time, int lines = 1, int linesInAll = int.MaxValue)
{
    // Keys can come from outside (type names of messages): a flood of them must not fill the memory.
    private const int MostKeys = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Began, int Printed, int Suppressed)> _keys = new(StringComparer.Ordinal);
    private long _began;
    private int _printedInAll;
    private int _suppressedInAll;

    /// <summary>Whether to print now.</summary>
    /// <param name="key">What is repeated.</param>
    /// <param name="suppressed">
    /// How many lines were suppressed since the last one of this key; those of other keys too that were suppressed because there were enough of all together.
    /// </param>
    public bool MayPrint(string key, out int suppressed)
    {
        var now = time.GetTimestamp();
        suppressed = 0;
        lock (_gate)
        {
            var isKnown = _keys.TryGetValue(key, out var entry) && time.GetElapsedTime(entry.Began, now) < interval;
            if (isKnown && entry.Printed >= lines)
            {
                _keys[key] = entry with { Suppressed = entry.Suppressed + 1 };
                return false;
            }

            if (!TakeLine(now))
            {
                _suppressedInAll++;
                return false;
            }

            (suppressed, _suppressedInAll) = (_suppressedInAll, 0);
            if (isKnown)
            {
                _keys[key] = entry with { Printed = entry.Printed + 1 };
                return true;
            }

            suppressed += entry.Suppressed;
            if (_keys.Count >= MostKeys)
            {
                Forget(now);
            }

            _keys[key] = (now, 1, 0);
            return true;
        }
    }

    private bool TakeLine(long now)
    {
        if (_printedInAll == 0 || time.GetElapsedTime(_began, now) >= interval)
        {
            (_began, _printedInAll) = (now, 0);
        }

        if (_printedInAll >= linesInAll)
        {
            return false;
        }

        _printedInAll++;
        return true;
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
