using EntitlementCache.EdgeApi;
using PersistentCacheService.Applying;
using PersistentCacheService.Queue;

namespace PersistentCacheService.Health;

/// <summary>A queue, as far as readiness depends on it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Health">Whether it can be used.</param>
/// <param name="Board">Which consumers run.</param>
internal sealed record QueueCondition(string Name, QueueHealth Health, ConsumerBoard Board);

/// <summary>Whether the service does its work right now, and if not, why.</summary>
/// <param name="gate">Whether Redis takes writes.</param>
/// <param name="queues">The queues, the most important first: that one decides, the others are only reported.</param>
/// <param name="edge">The outcome of calls to the Edge API.</param>
/// <param name="phases">Whether the service is stopping.</param>
internal sealed class Readiness(WriteGate gate, IReadOnlyList<QueueCondition> queues, EdgeHealth edge, ShutdownPhases phases)
{
    /// <summary>What holds now.</summary>
    public ReadinessReport Report()
    {
        var connected = gate.IsOpen;
        var stopping = phases.Stopping.IsCancellationRequested;
        var queue = queues[0].Health;

        // While Redis takes no writes the loops run but receive nothing: there are no consumers.
        var consumers = connected && !stopping ? queues.Sum(static queue => queue.Board.Running) : 0;
        return new ReadinessReport(
            connected && queue.IsUsable && consumers > 0,
            consumers,
            connected,
            queue.IsUsable,
            edge.Status,
            stopping ? "stopping" : gate.ClosedBecause?.ToString() ?? ReasonOfQueues())
        {
            Queues = queues.Count > 1 ? [.. queues.Select(static queue => (queue.Name, queue.Health.IsUsable))] : [],
        };
    }

    private string? ReasonOfQueues()
    {
        var failing = queues.FirstOrDefault(static queue => !queue.Health.IsUsable);
        var reason = failing is null ? null : failing.Health.LastFailure?.ToString() ?? "waiting for the queue's first answer";
        return reason is not null && queues.Count > 1 ? $"queue {failing!.Name}: {reason}" : reason;
    }
}
