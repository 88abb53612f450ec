using EntitlementCache.Observability;

namespace Sidecar.Origin;

/// <summary>
/// Bounds how many fetches ask Stigg at once, how many wait for that, and how long: a fallback in time is worth more than an answer that comes when the
/// caller has left.
/// </summary>
/// <param name="concurrency">Fetches at once.</param>
/// <param name="patience">How long one waits at most.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Log.</param>
internal sealed class FetchSlots(int concurrency, TimeSpan patience, TimeProvider time, ILogger<FetchSlots> logger) : IDisposable
{
    /// <summary>Fetches that may wait for each slot: at 100 ms a fetch the last of them waits 6.4 s, and more would not be served within the patience of 10 s.</summary>
    public const int WaitersPerSlot = 64;

    private readonly LogBudget _repeats = new(TimeSpan.FromMinutes(1), time);
    private readonly SemaphoreSlim _slots = new(concurrency);
    private int _waiting;

    /// <summary>Takes a slot, which <see cref="Release"/> gives back.</summary>
    /// <returns>False: there are too many, so Stigg is not to be asked now.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async ValueTask<bool> TryTakeAsync(CancellationToken cancellationToken)
    {
        if (await _slots.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            return true;
        }

        try
        {
            return Interlocked.Increment(ref _waiting) <= WaitersPerSlot * concurrency && await WaitAsync(cancellationToken) ? true : Refuse();
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Gives a slot back.</summary>
    public void Release() => _slots.Release();

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await _slots.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private bool Refuse()
    {
        if (_repeats.MayPrint(nameof(FetchSlots), out var suppressed))
        {
            Log.TooManyFetches(logger, concurrency, patience.TotalSeconds, suppressed);
        }

        return false;
    }
}
