using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Sidecar.Health;

/// <summary>
/// Whether calls are welcome: from the end of the first attempt to initialize, successful or not, until the stop. Redis or Stigg being away makes it
/// no less ready: reads have their fallbacks, and taking every replica out of service would not help.
/// </summary>
internal sealed class Readiness : IHealthCheck
{
    private volatile bool _isAttempted;
    private volatile bool _isStopping;

    /// <summary>Whether calls are welcome.</summary>
    public bool IsReady => _isAttempted && !_isStopping;

    /// <summary>Whether they were welcome at some time, now included.</summary>
    public bool WasReady => _isAttempted;

    /// <summary>The first attempt to initialize has ended.</summary>
    public void Attempted() => _isAttempted = true;

    /// <summary>The stop has begun.</summary>
    public void Stopping() => _isStopping = true;

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(IsReady ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
}
