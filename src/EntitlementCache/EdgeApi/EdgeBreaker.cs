namespace EntitlementCache.EdgeApi;

/// <summary>
/// Keeps calls from an API that does not work. It opens after some failures in a row, at once when the API says how long to stay away or refuses
/// the key; after a pause, longer each time, one call may probe, and its success closes it. Knows no HTTP; safe for any number of callers.
/// </summary>
/// <param name="time">Clock.</param>
/// <param name="random">Evenly random in [0, 1): instances of one service do not probe in step.</param>
internal sealed class EdgeBreaker(TimeProvider time, Func<double> random)
{
    /// <summary>Failures in a row that open it: fewer than the calls of one batch, more than chance brings when one in ten calls fails.</summary>
    public const int Tolerated = 5;

    /// <summary>The first pause.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);

    /// <summary>No pause is longer: a minute after its recovery the API is used again.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    // A call that comes while the probe is under way asks again after this.
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private int _failures;
    private int _openings;
    private bool _isOpen;
    private bool _isProbing;
    private long _openedAt;
    private TimeSpan _pause;

    /// <summary>Whether calls are refused, except for probes.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_gate)
            {
                return _isOpen;
            }
        }
    }

    /// <summary>How long no call may be made; zero when one may.</summary>
    public TimeSpan Remaining
    {
        get
        {
            lock (_gate)
            {
                return RemainingNow();
            }
        }
    }

    /// <summary>Asks for one call, which must be followed by exactly one of <see cref="Succeeded"/>, <see cref="Failed"/> and <see cref="Forgotten"/>.</summary>
    /// <param name="retryIn">When refused: ask again after this.</param>
    public bool TryEnter(out TimeSpan retryIn)
    {
        lock (_gate)
        {
            retryIn = RemainingNow();
            if (retryIn > TimeSpan.Zero)
            {
                return false;
            }

            _isProbing = _isOpen;
            return true;
        }
    }

    /// <summary>The call showed that the API works.</summary>
    public void Succeeded()
    {
        lock (_gate)
        {
            (_failures, _openings, _isOpen, _isProbing) = (0, 0, false, false);
        }
    }

    /// <summary>The call showed that the API does not work.</summary>
    /// <param name="atOnce">Further calls are pointless: do not wait for more failures.</param>
    /// <param name="retryAfter">How long the API wants to be left alone; null: it did not say.</param>
    /// <returns>Whether this failure opened it.</returns>
    public bool Failed(bool atOnce, TimeSpan? retryAfter)
    {
        lock (_gate)
        {
            _failures++;
            if (_isOpen && !_isProbing)
            {
                // A call that began before: it says nothing new.
                return false;
            }

            var opens = !_isOpen;
            if (opens && !atOnce && retryAfter is null && _failures < Tolerated)
            {
                return false;
            }

            (_isOpen, _isProbing, _openedAt) = (true, false, time.GetTimestamp());
            _pause = retryAfter ?? NextPause(_openings++, random());
            return opens;
        }
    }

    /// <summary>The call was given up by its caller and showed nothing.</summary>
    public void Forgotten()
    {
        lock (_gate)
        {
            _isProbing = false;
        }
    }

    /// <summary>Doubles from <see cref="FirstPause"/> to <see cref="LongestPause"/>, the upper half of it random.</summary>
    /// <param name="openings">Pauses made since the last success.</param>
    /// <param name="random">Evenly random in [0, 1).</param>
    internal static TimeSpan NextPause(int openings, double random)
    {
        var full = FirstPause * (1 << Math.Min(openings, 10));
        full = full < LongestPause ? full : LongestPause;
        return full * (0.5 + (random / 2));
    }

    private TimeSpan RemainingNow()
    {
        if (!_isOpen)
        {
            return TimeSpan.Zero;
        }

        if (_isProbing)
        {
            return ProbeTime;
        }

        var left = _pause - time.GetElapsedTime(_openedAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
