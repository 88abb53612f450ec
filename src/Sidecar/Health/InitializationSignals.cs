using EntitlementCache.EdgeApi;
using Sidecar.Observability;

namespace Sidecar.Health;

/// <summary>Whom the course of initialization concerns.</summary>
/// <param name="readiness">The probe.</param>
/// <param name="metrics">The counters.</param>
internal sealed class InitializationSignals(Readiness readiness, SidecarMetrics metrics)
{
    /// <summary>The probe.</summary>
    public Readiness Readiness => readiness;

    /// <summary>An attempt failed.</summary>
    public void Failed(EdgeResult result)
    {
        metrics.InitializationError();
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
