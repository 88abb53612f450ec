using Microsoft.Extensions.Logging;
using PersistentCacheService.EdgeApi;
using Sidecar.Model;
using Sidecar.Observability;

namespace Sidecar.Origin;

/// <summary>Stigg's Edge API.</summary>
/// <param name="http">The client.</param>
/// <param name="rendering">Reads answers.</param>
/// <param name="metrics">Counts failures.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Log.</param>
internal sealed class EdgeOrigin(EdgeHttp http, StateRendering rendering, SidecarMetrics metrics, TimeProvider time, ILogger<EdgeOrigin> logger) : IOrigin
{
    // A caller waits meanwhile: one more attempt bridges a lost connection, more would only delay the fallback.
    private const int Attempts = 2;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc/>
    public async Task<FetchedState?> FetchAsync(EntityId id, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var sent = time.GetUtcNow().ToUnixTimeMilliseconds();
            using var reply = await http.GetEntitlementsAsync(id.CustomerId, id.ResourceId, cancellationToken);
            switch (reply.Result)
            {
                case EdgeResult.NotFound:
                    return new FetchedState(CachedCustomer.Missing, 0);
                case EdgeResult.Ok:
                    return rendering.Read(reply.Body, id, sent) ?? Refused(EdgeResult.InvalidAnswer, "not an entitlements state");
                case EdgeResult.Network or EdgeResult.ServerError when attempt < Attempts:
                    await Task.Delay(Pause, time, cancellationToken);
                    continue;
                default:
                    return Refused(reply.Result, reply.Cause);
            }
        }
    }

    private FetchedState? Refused(EdgeResult result, string cause)
    {
        if (result.IsConfigurationError())
        {
            metrics.InvalidApiKey();
        }
        else
        {
            metrics.NetworkError();
        }

        Log.EdgeCallFailed(logger, result.ToString(), cause);
        return null;
    }
}
