using EntitlementCache.Messages;
using PersistentCacheService.Refetching;

namespace PersistentCacheService.Sweeping;

/// <summary>The work of a sweep: every customer is fetched and applied.</summary>
/// <param name="refetch">Fetches and applies.</param>
/// <param name="progress">Counts.</param>
internal sealed class SweepRefetch(CustomerRefetch refetch, SweepProgress progress) : ISweepWork
{
    /// <inheritdoc/>
    public async Task<bool> RunAsync(CustomerIdentity customer, SweepState sweep, CallPace pace, CancellationToken cancellationToken)
    {
        var result = await refetch.RunAsync(customer, sweep.Since, pace, cancellationToken);
        progress.Add(result);
        return result == RefetchResult.Failed;
    }
}
