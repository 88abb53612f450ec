using EntitlementCache.Messages;
using PersistentCacheService.Refetching;

namespace PersistentCacheService.Sweeping;

/// <summary>What is done to each cached customer on the way through them: a sweep refreshes them, an audit compares them.</summary>
internal interface ISweepWork
{
    /// <summary>Does it to one customer.</summary>
    /// <param name="customer">Whom.</param>
    /// <param name="sweep">How far the whole was before this batch.</param>
    /// <param name="pace">Permits for calls to the Edge API.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Whether it failed.</returns>
    Task<bool> RunAsync(CustomerIdentity customer, SweepState sweep, CallPace pace, CancellationToken cancellationToken);

    /// <summary>Completes when all that was put off until now is done: what is not yet is done again after a kill.</summary>
    Task PutOff => Task.CompletedTask;

    /// <summary>Customers that were found wrong and are not repaired, by this process.</summary>
    long Drifted => 0;
}
