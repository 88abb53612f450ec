using EntitlementCache.Redis;
using PersistentCacheService.Sweeping;

namespace PersistentCacheService.Refetching;

/// <summary>
/// Permits for calls to the Edge API, one each. They are taken from Redis a few at a time, about ten times a second, so that all processes together keep
/// to the rate.
/// </summary>
/// <param name="permit">Asks Redis for the calls that take so long at the rate. False: it is too early.</param>
/// <param name="ratePerSecond">Calls a second, more than 0.</param>
/// <param name="time">The clock.</param>
internal sealed class CallPace(Func<TimeSpan, CancellationToken, Task<bool>> permit, double ratePerSecond, TimeProvider time) : IDisposable
{
    private const int GrantsPerSecond = 10;

    private readonly SemaphoreSlim _turn = new(1);
    private int _left;
    private long _grantedAt;

    /// <summary>Calls permitted at once: the largest burst beyond the rate.</summary>
    public int Grant { get; } = Math.Max(1, (int)(ratePerSecond / GrantsPerSecond));

    /// <summary>How long those take at the allowed rate.</summary>
    public TimeSpan GrantTime => TimeSpan.FromMilliseconds(Math.Ceiling(Grant * 1000.0 / ratePerSecond));

    /// <summary>Waits until one more call may be made.</summary>
    /// <exception cref="SweepLostException">The lease of a sweep is lost.</exception>
    /// <exception cref="RedisFailureException">Redis could not be asked.</exception>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            while (_left == 0)
            {
                if (await permit(GrantTime, cancellationToken))
                {
                    (_left, _grantedAt) = (Grant, time.GetTimestamp());
                    break;
                }

                // After a grant of our own the time that is left is known. One of a process before us has a part of its time left.
                var left = GrantTime - time.GetElapsedTime(_grantedAt);
                await Task.Delay(left > TimeSpan.Zero ? left : GrantTime / 10, time, cancellationToken);
            }

            _left--;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
