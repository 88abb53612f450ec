using Microsoft.Extensions.Hosting;

namespace PersistentCacheService.Consuming;

/// <summary>Starts and stops all consumers; a host takes only one service of a type.</summary>
internal sealed class ConsumerGroup(IEnumerable<Consumer> consumers) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(consumers.Select(consumer => consumer.StartAsync(cancellationToken)));

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(consumers.Select(consumer => consumer.StopAsync(cancellationToken)));
}
