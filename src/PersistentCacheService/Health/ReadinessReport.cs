namespace PersistentCacheService.Health;

/// <summary>What <c>/readyz</c> says.</summary>
/// <param name="IsReady">Messages are being consumed.</param>
/// <param name="Consumers">Consumers that receive.</param>
/// <param name="IsRedisConnected">Redis takes writes.</param>
/// <param name="IsQueueUsable">The queue answers; of several the first.</param>
/// <param name="EdgeApi">State of the Edge API, see <c>EdgeHealth.Status</c>. Without it most messages are still applied: it never makes the service unready.</param>
/// <param name="Reason">Why it is not ready, or which of several queues fails; null: nothing is wrong.</param>
internal sealed record ReadinessReport(bool IsReady, int Consumers, bool IsRedisConnected, bool IsQueueUsable, string EdgeApi, string? Reason)
{
    /// <summary>Of several queues each with whether it answers; empty: there is one.</summary>
    public IReadOnlyList<(string Name, bool IsUsable)> Queues { get; init; } = [];
}
