using EntitlementCache.Messages;
using PersistentCacheService.Applying;
using PersistentCacheService.Observability;
using PersistentCacheService.Refreshing;
using PersistentCacheService.Warming;

namespace PersistentCacheService.Queue;

/// <summary>Hands what a message asks for to the part that does it.</summary>
/// <param name="writer">Writes to Redis.</param>
/// <param name="refresher">Fetches from the Edge API first.</param>
/// <param name="witness">Learns which customers are cached.</param>
/// <param name="log">Gets what nothing is done about.</param>
internal sealed class MessageApplier(CacheWriter writer, Refresher refresher, EventWitness witness, MessageLog log)
{
    /// <summary>Applies an operation. Not async itself: a state machine less per message.</summary>
    public ValueTask<Handled> ApplyAsync(ReceivedMessage message, CacheOperation operation)
    {
        switch (operation)
        {
            case Malformed malformed:
                log.Malformed(message, malformed.Reason);
                return ValueTask.FromResult(new Handled(MessageOutcome.Malformed));
            case Ignore:
                return ValueTask.FromResult(new Handled(MessageOutcome.Ignored));
            case Sweep when !writer.RecordsSweeps:
                log.SweepNotDone(message, operation.Type);
                return ValueTask.FromResult(new Handled(MessageOutcome.Ignored));
            case UnknownType unknown:
                log.UnknownType(unknown.Name, message);
                return ValueTask.FromResult(new Handled(MessageOutcome.Unknown));
            case Refresh refresh:
                if (refresh.UnknownType is { } name)
                {
                    log.UnknownType(name, message);
                }

                return refresher.RefreshAsync(message, refresh);
            default:
                return writer.WriteAsync(message, operation);
        }
    }

    /// <summary>An operation ended; it may be disposed already.</summary>
    public void Observe(CacheOperation operation, in Handled handled) => witness.Observe(operation, handled);
}
