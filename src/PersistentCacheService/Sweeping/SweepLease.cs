using EntitlementCache.Redis;

namespace PersistentCacheService.Sweeping;

/// <summary>
/// Keeps the lease of a sweep while it is done, and says when it is lost. A process that cannot renew it gives up when it would expire by its own clock,
/// which is never later than by that of Redis: so no two processes do the sweep at a time.
/// </summary>
internal sealed class SweepLease : IAsyncDisposable
{
    /// <summary>How long it lives without renewal: a killed process's sweep continues after that. Longer than a reconnect and a command's deadline take.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(8);

    // Three renewals may fail.
    private static readonly TimeSpan Beat = Life / 4;

    private readonly SweepLedger _ledger;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _lost;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _keeping;

    /// <param name="ledger">Where it is held.</param>
    /// <param name="takenAt">Timestamp of <paramref name="time"/> from before it was taken.</param>
    /// <param name="time">The clock.</param>
    public SweepLease(SweepLedger ledger, long takenAt, TimeProvider time)
    {
        _ledger = ledger;
        _time = time;
        _lost = new CancellationTokenSource(Positive(Life - time.GetElapsedTime(takenAt)), time);
        Lost = _lost.Token;
        _keeping = KeepAsync();
    }

    /// <summary>The lease is not held any more.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Ends the renewals; what is left of the lease's life passes, unless it was given up.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _keeping;
        _end.Dispose();
        _lost.Dispose();
    }

    private async Task KeepAsync()
    {
        while (true)
        {
            await Task.Delay(Beat, _time, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_end.IsCancellationRequested || Lost.IsCancellationRequested)
            {
                return;
            }

            var asked = _time.GetTimestamp();
            try
            {
                if (!await _ledger.RenewAsync(Life, _end.Token))
                {
                    await _lost.CancelAsync();
                    return;
                }

                _lost.CancelAfter(Positive(Life - _time.GetElapsedTime(asked)));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (RedisFailureException)
            {
                // Counted where it was met. The next renewal may succeed; if none does, the lease is lost when its life is over.
            }
        }
    }

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.FromMilliseconds(1);
}
