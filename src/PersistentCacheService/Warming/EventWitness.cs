using EntitlementCache.Messages;
using PersistentCacheService.Observability;

namespace PersistentCacheService.Warming;

/// <summary>Learns from every handled message which customers are cached, for the day when Redis loses them.</summary>
/// <param name="seen">Remembers them.</param>
/// <param name="missed">Looks after changes that came too early for a warm-up.</param>
internal sealed class EventWitness(SeenCustomers seen, MissedChanges missed)
{
    // Made once: this is on the way of every message.
    private readonly Action<CustomerIdentity> _add = seen.Add;
    private readonly Action<CustomerIdentity> _remove = seen.Remove;
    private readonly Action<CustomerIdentity> _miss = missed.Add;

    /// <summary>A message was handled. The operation may be disposed already.</summary>
    public void Observe(CacheOperation operation, MessageOutcome outcome)
    {
        switch (outcome)
        {
            case MessageOutcome.Written or MessageOutcome.SkippedOlder or MessageOutcome.Refreshed:
                ForEach(operation, _add);
                break;
            case MessageOutcome.SkippedAbsent:
                ForEach(operation, _miss);
                break;
            case MessageOutcome.Purged when operation is Purge || !operation.Customer.IsEmpty:
                ForEach(operation, _remove);
                break;
        }
    }

    private static void ForEach(CacheOperation operation, Action<CustomerIdentity> act)
    {
        switch (operation)
        {
            case Refresh refresh:
                Act(refresh.Customers, act);
                break;
            case Purge purge:
                Act(purge.Customers, act);
                break;
            default:
                act(operation.Customer);
                break;
        }
    }

    private static void Act(IReadOnlyList<CustomerIdentity> customers, Action<CustomerIdentity> act)
    {
        foreach (var customer in customers)
        {
            act(customer);
        }
    }
}
