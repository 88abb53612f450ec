using EntitlementCache.Messages;
using PersistentCacheService.Observability;
using PersistentCacheService.Queue;

namespace PersistentCacheService.Warming;

/// <summary>Learns from every handled message which customers are cached, for the day when Redis loses them.</summary>
/// <param name="seen">Remembers them.</param>
/// <param name="missed">Looks after changes that came too early for a warm-up.</param>
internal sealed class EventWitness(SeenCustomers seen, MissedChanges missed)
{
    /// <summary>A message was handled. The operation may be disposed already.</summary>
    public void Observe(CacheOperation operation, in Handled handled)
    {
        switch (operation)
        {
            case Refresh:
                foreach (var (customer, outcome) in handled.Each ?? [])
                {
                    Observe(customer, outcome);
                }

                break;
            case Purge purge:
                foreach (var customer in purge.Customers)
                {
                    Observe(customer, handled.Outcome);
                }

                break;
            default:
                Observe(operation.Customer, handled.Outcome);
                break;
        }
    }

    private void Observe(CustomerIdentity customer, MessageOutcome outcome)
    {
        switch (outcome)
        {
            case MessageOutcome.Written or MessageOutcome.SkippedOlder or MessageOutcome.Refreshed:
                seen.Add(customer);
                break;
            case MessageOutcome.SkippedAbsent:
                missed.Add(customer);
                break;
            case MessageOutcome.Purged:
                // An answer that is under way may be from before the purge.
                seen.Remove(customer);
                missed.Add(customer);
                break;
        }
    }
}
