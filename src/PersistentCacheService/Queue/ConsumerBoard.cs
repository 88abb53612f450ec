using PersistentCacheService.Settings;

namespace PersistentCacheService.Queue;

/// <summary>Which receive loops run, and the last heartbeat of each.</summary>
internal sealed class ConsumerBoard
{
    // A receive call has 12 s beyond its wait; a pause after an error lasts up to 20 s; the rest is for a busy machine.
    private static readonly TimeSpan BeyondTheWait = TimeSpan.FromSeconds(12 + 20 + 28);

    private readonly TimeProvider _time;
    private readonly long[] _beats;
    private int _running;

    public ConsumerBoard(QueueSettings settings, TimeProvider time)
    {
        _time = time;
        _beats = new long[settings.Consumers];
        Array.Fill(_beats, time.GetTimestamp());
        LongestSilence = settings.WaitTime + BeyondTheWait;
    }

    /// <summary>No step of a healthy loop lasts as long as this.</summary>
    public TimeSpan LongestSilence { get; }

    /// <summary>How many loops run.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>How long ago the oldest of the last heartbeats was; a loop that ended has no further ones.</summary>
    public TimeSpan LongestSilenceNow
    {
        get
        {
            var longest = TimeSpan.Zero;
            for (var i = 0; i < _beats.Length; i++)
            {
                var silence = _time.GetElapsedTime(Volatile.Read(ref _beats[i]));
                longest = silence > longest ? silence : longest;
            }

            return longest;
        }
    }

    /// <summary>A heartbeat of a loop.</summary>
    public void Beat(int consumer) => Volatile.Write(ref _beats[consumer], _time.GetTimestamp());

    /// <summary>A loop begins.</summary>
    public void Started() => Interlocked.Increment(ref _running);

    /// <summary>A loop ends.</summary>
    public void Ended() => Interlocked.Decrement(ref _running);
}
