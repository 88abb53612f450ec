using EntitlementCache.Settings;

namespace EntitlementCache.Redis.Sentinels;

/// <summary>
/// Leaves a primary that the sentinels have replaced. Most often its connection ends anyway; but one that was cut off, or that was replaced while alive, takes
/// writes for some seconds more, and they are lost when it becomes a replica.
/// </summary>
/// <param name="sentinels">Who is asked.</param>
/// <param name="time">Clock.</param>
internal sealed class FailoverWatch(SentinelGroup sentinels, TimeProvider time)
{
    // Sentinel lets a replaced primary go on for 8 s before it makes it a replica.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Asks again and again, until told to stop or until most of the sentinels name another one, which breaks the connection.</summary>
    public async Task RunAsync(RedisConnection connection, HostAndPort primary, CancellationToken stopping)
    {
        while (!connection.Broken.IsCompleted)
        {
            await Task.Delay(Interval, time, stopping);
            if (await FindAsync(stopping) is { HasMajority: true } named && named.Address != primary)
            {
                connection.Break(new RedisFailureException(
                    RedisFailureKind.NotPrimary, $"{named.Votes} of {named.Sentinels} sentinels name {named.Address} as the primary now, in place of {primary}."));
            }
        }
    }

    private async Task<NamedPrimary?> FindAsync(CancellationToken stopping)
    {
        try
        {
            return await sentinels.FindPrimaryAsync(stopping);
        }
        catch (RedisFailureException)
        {
            // As long as the connection works, sentinels that do not answer change nothing; the next connect tells.
            return null;
        }
    }
}
