using EntitlementCache.Messages;
using EntitlementCache.Redis;

namespace PersistentCacheService.Warming;

/// <summary>Keeps claims while their customers are fetched: an Edge API that throttles can hold a call up for longer than a claim lives.</summary>
internal sealed class WarmClaims : IAsyncDisposable
{
    // Two renewals may fail.
    private static readonly TimeSpan Beat = WarmMarks.ClaimLife / 3;

    private readonly WarmMarks _marks;
    private readonly IReadOnlyCollection<CustomerIdentity> _customers;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _keeping;

    /// <param name="marks">Where they stand.</param>
    /// <param name="customers">Whose they are.</param>
    /// <param name="time">The clock.</param>
    public WarmClaims(WarmMarks marks, IReadOnlyCollection<CustomerIdentity> customers, TimeProvider time)
    {
        _marks = marks;
        _customers = customers;
        _time = time;
        _keeping = customers.Count > 0 ? KeepAsync() : Task.CompletedTask;
    }

    /// <summary>Ends the renewals.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _keeping;
        _end.Dispose();
    }

    private async Task KeepAsync()
    {
        while (true)
        {
            await Task.Delay(Beat, _time, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_end.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await _marks.RenewAsync(_customers, _end.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (RedisFailureException)
            {
                // Counted where it was met. The next renewal may succeed; which claims are lost shows when they are settled.
            }
        }
    }
}
