namespace Sidecar.Health;

/// <summary>
/// The beginning of a stop: calls are still taken while <c>/readyz</c> says no, until clients and load balancers have learned that they must go elsewhere.
/// Without it a call that is on its way when the pod ends would be refused.
/// </summary>
/// <param name="delay">How long.</param>
/// <param name="readiness">The probe; a process that was never ready has no clients.</param>
/// <param name="time">Clock.</param>
internal sealed class StopDelay(TimeSpan delay, Readiness readiness, TimeProvider time) : IHostedLifecycleService
{
    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var hadClients = readiness.WasReady;
        readiness.Stopping();
        if (hadClients)
        {
            await Task.Delay(delay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
