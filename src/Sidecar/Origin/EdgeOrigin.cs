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
/// <param name="slots">Bounds calls at once.</param>
/// <param name="time">Clock.</param>
internal sealed class EdgeOrigin(
    EdgeHttp http, EdgeBreaker breaker, EdgeHealth health, StateRendering rendering, SidecarMetrics metrics, FetchSlots slots, TimeProvider time) : IOrigin
{
    // A caller waits meanwhile: one more attempt bridges a lost connection, more would only delay the fallback.
    private const int Attempts = 2;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc/>
    public async Task<FetchedState?> FetchAsync(EntityId id, CancellationToken cancellationToken)
    {
        // Asked before the wait too: no fetch queues for a slot in vain.
        if (breaker.Remaining > TimeSpan.Zero || !await slots.TryTakeAsync(cancellationToken))
        {
            return null;
        }

        try
        {
            for (var attempt = 1; breaker.TryEnter(out _); attempt++)
            {
                var (result, state) = await CallAsync(id, cancellationToken);
                if (result is not (EdgeResult.Network or EdgeResult.ServerError) || attempt == Attempts)
                {
                    return state;
                }

                await Task.Delay(Pause, time, cancellationToken);
            }

            return null;
        }
        finally
        {
            slots.Release();
        }
    }

    private async Task<(EdgeResult Result, FetchedState? State)> CallAsync(EntityId id, CancellationToken cancellationToken)
    {
        try
        {
            var sent = time.GetUtcNow().ToUnixTimeMilliseconds();
            using var reply = await http.GetEntitlementsAsync(id.CustomerId, id.ResourceId, cancellationToken);
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
        catch
        {
            // Cancelled, or something unforeseen: a breaker that waits for the outcome of a probe would let no other call through.
            breaker.Forgotten();
            throw;
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
