namespace PersistentCacheService.Health;

/// <summary>What <c>/readyz</c> says.</summary>
/// <param name="IsReady">Messages are being consumed.</param>
/// <param name="Consumers">Consumers that receive.</param>
/// <param name="IsRedisConnected">Redis takes writes.</param>
/// <param name="IsQueueUsable">The queue answers.</param>
/// <param name="Reason">Why it is not ready; null when it is.</param>
internal sealed record ReadinessReport(bool IsReady, int Consumers, bool IsRedisConnected, bool IsQueueUsable, string? Reason);
