using EntitlementCache.EdgeApi;
using Sidecar.Model;
using Sidecar.Observability;

namespace Sidecar.Origin;

/// <summary>Stigg's Edge API: bounded calls, one repetition, and none at all while it is known not to work.</summary>
/// <param name="http">The client.</param>
/// <param name="breaker">Keeps calls from an API that does not work, so that callers get the fallback at once.</param>
/// <param name="health">Gets the outcome of calls, and informs the operator.</param>
/// <param name="rendering">Reads answers.</param>
/// <param name="metrics">Counts failures.</param>
/// <param name="concurrency">Calls at once.</param>
/// <param name="time">Clock.</param>
internal sealed class EdgeOrigin(
    EdgeHttp http, EdgeBreaker breaker, EdgeHealth health, StateRendering rendering, SidecarMetrics metrics, int concurrency, TimeProvider time) : IOrigin, IDisposable
{
    // A caller waits meanwhile: one more attempt bridges a lost connection, more would only delay the fallback.
    private const int Attempts = 2;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly SemaphoreSlim _slots = new(concurrency);

    /// <inheritdoc/>
    public async Task<FetchedState?> FetchAsync(EntityId id, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            // Asked twice: no call queues for a slot in vain, and a slot may have been long in coming.
            if (breaker.Remaining > TimeSpan.Zero)
            {
                return null;
            }

            await _slots.WaitAsync(cancellationToken);
            try
            {
                if (!breaker.TryEnter(out _))
                {
                    return null;
                }

                var (result, state) = await CallAsync(id, cancellationToken);
                if (result is not (EdgeResult.Network or EdgeResult.ServerError) || attempt == Attempts)
                {
                    return state;
                }
            }
            finally
            {
                _slots.Release();
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private async Task<(EdgeResult Result, FetchedState? State)> CallAsync(EntityId id, CancellationToken cancellationToken)
    {
        var sent = time.GetUtcNow().ToUnixTimeMilliseconds();
        EdgeReply reply;
        try
        {
            reply = await http.GetEntitlementsAsync(id.CustomerId, id.ResourceId, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            breaker.Forgotten();
            throw;
        }

        using (reply)
        {
            var state = reply.Result switch
            {
                EdgeResult.NotFound => new FetchedState(CachedCustomer.Missing, 0),
                EdgeResult.Ok => rendering.Read(reply.Body, id, sent),
                _ => null,
            };
            if (state is not null)
            {
                health.Report(reply);
                return (reply.Result, state);
            }

            using var failure = reply.Result == EdgeResult.Ok ? new EdgeReply(EdgeResult.InvalidAnswer) { Cause = "not an entitlements state" } : null;
            health.Report(failure ?? reply);
            Count(reply.Result);
            return ((failure ?? reply).Result, null);
        }
    }

    private void Count(EdgeResult result)
    {
        if (result.IsConfigurationError())
        {
            metrics.InvalidApiKey();
        }
        else
        {
            metrics.NetworkError();
        }
    }
}
