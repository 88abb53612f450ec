using EntitlementCache.EdgeApi;
using PersistentCacheService.Applying;
using PersistentCacheService.Queue;

namespace PersistentCacheService.Health;

/// <summary>Whether the service does its work right now, and if not, why.</summary>
/// <param name="gate">Whether Redis takes writes.</param>
/// <param name="queue">Whether the queue can be used.</param>
/// <param name="edge">The outcome of calls to the Edge API.</param>
/// <param name="board">Which consumers run.</param>
/// <param name="phases">Whether the service is stopping.</param>
internal sealed class Readiness(WriteGate gate, QueueHealth queue, EdgeHealth edge, ConsumerBoard board, ShutdownPhases phases)
{
    /// <summary>What holds now.</summary>
    public ReadinessReport Report()
    {
        var connected = gate.IsOpen;
        var stopping = phases.Stopping.IsCancellationRequested;

        // While Redis takes no writes the loops run but receive nothing: there are no consumers.
        var consumers = connected && !stopping ? board.Running : 0;
        return new ReadinessReport(
            connected && queue.IsUsable && consumers > 0,
            consumers,
            connected,
            queue.IsUsable,
            edge.Status,
            stopping ? "stopping" : gate.ClosedBecause?.ToString() ?? (queue.IsUsable ? null : queue.LastFailure?.ToString() ?? "waiting for the queue's first answer"));
    }
}
