using EntitlementCache.Settings;

namespace EntitlementCache.Redis.Sentinels;

/// <summary>
/// Leaves a primary that the sentinels have replaced. Most often its connection ends anyway; but one that was cut off, or that was replaced while alive, takes
/// writes for some seconds more, and they are lost when it becomes a replica.
/// </summary>
/// <param name="sentinel">Who is asked.</param>
/// <param name="settings">TLS and deadlines, as for Redis.</param>
/// <param name="time">Clock.</param>
internal sealed class FailoverWatch(SentinelSettings sentinel, RedisSettings settings, TimeProvider time)
{
    // Sentinel leaves a replaced primary alone for 8 s before it makes it a replica.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Asks one sentinel after the other, over connections that are kept, until told to stop or until more than half name another primary, which breaks the connection. As long as that
    /// works, sentinels that do not answer change nothing.
    /// </summary>
    public async Task RunAsync(RedisConnection connection, HostAndPort primary, CancellationToken stopping)
    {
        await using var sentinels = new SentinelGroup(sentinel, settings, time);
        for (var turn = 0; !connection.Broken.IsCompleted; turn++)
        {
            await Task.Delay(Interval, time, stopping);
            var answer = await sentinels.AskOneAsync(turn, stopping);
            if (answer.Primary is { } other && other != primary && sentinels.MostNamed(await sentinels.AskAllAsync(stopping)) is { HasMajority: true } named && named.Address != primary)
            {
                connection.Break(new RedisFailureException(
                    RedisFailureKind.NotPrimary, $"{named.Votes} of {named.Sentinels} sentinels name {named.Address} as the primary now, in place of {primary}."));
            }
        }
    }
}
