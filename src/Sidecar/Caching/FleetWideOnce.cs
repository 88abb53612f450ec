using System.Globalization;
using System.Text;
using EntitlementCache.Redis;
using Sidecar.Model;

namespace Sidecar.Caching;

/// <summary>
/// Makes one process of all SDKs and Sidecars refetch a customer: the SDK's own lock and channel (SIDECAR 5). The owner notifies the SDKs on the channel.
/// A Sidecar that lost the lock watches the lock itself instead: that needs no second connection, and sees a crashed owner too.
/// </summary>
/// <param name="redis">Connection.</param>
/// <param name="prefix">First part of lock and channel.</param>
/// <param name="timeout">Deadline of the fetch.</param>
/// <param name="time">Clock.</param>
internal sealed class FleetWideOnce(RedisClient redis, string prefix, TimeSpan timeout, TimeProvider time)
{
    private const string Operation = "refetchEntityEntitlementsAfterCacheMiss";

    // Asked after 25, 63, 119 and 203 ms, and at last four times a second: a fetch takes 100 ms, and one that takes seconds is not hastened by questions,
    // which a thousand customers would make forty thousand of a second.
    private static readonly TimeSpan FirstInterval = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromMilliseconds(250);

    private static readonly RedisScript Take = new("take-refetch", "return redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) and 1 or 0");

    // The channel may be forbidden by the ACL; the lock still ends.
    private static readonly RedisScript Finish = new(
        "finish-refetch",
        """
        if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
        redis.pcall('PUBLISH', ARGV[2], ARGV[3])
        return 1
        """);

    // The fetch may wait as long for a slot and has a retry, so its deadline counts three times; a crashed owner's lock ends by itself after that.
    private readonly TimeSpan _lockLife = (timeout * 3) + TimeSpan.FromSeconds(1);

    /// <summary>Runs the fetch here, or waits for who runs it.</summary>
    /// <param name="id">Whom.</param>
    /// <param name="fetch">Fetches and writes the cache.</param>
    /// <param name="read">Reads what another process wrote; null: still a miss.</param>
    /// <param name="cancellationToken">Ends everything.</param>
    /// <exception cref="RedisFailureException">Redis does not work.</exception>
    public async Task<CachedCustomer?> RunAsync(
        EntityId id, Func<Task<CachedCustomer?>> fetch, Func<Task<CachedCustomer?>> read, CancellationToken cancellationToken)
    {
        var name = id.ResourceId is { } resource ? $"{id.CustomerId}:{resource}" : id.CustomerId;
        var key = $"{prefix}:{Operation}-{name}";
        var token = Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture));
        using (var take = new ScriptCall(Take).AddKey(key).Add(token).Add((long)_lockLife.TotalMilliseconds))
        {
            if (await NumberAsync(take, cancellationToken) == 1)
            {
                // Who owned the lock before may have written since the caller's miss.
                return await OwnAsync(key, token, $"{prefix}:{Operation}:{name}", async () => await read() ?? await fetch());
            }
        }

        return await IsFreedAsync(key, cancellationToken) ? await read() ?? await fetch() : await fetch();
    }

    private async Task<bool> IsFreedAsync(string key, CancellationToken cancellationToken)
    {
        var (began, interval) = (time.GetTimestamp(), FirstInterval);
        while (time.GetElapsedTime(began) < timeout + TimeSpan.FromMilliseconds(500))
        {
            await Task.Delay(interval, time, cancellationToken);
            interval = interval * 1.5 < LongestInterval ? interval * 1.5 : LongestInterval;
            if ((long)await redis.ExecuteAsync("EXISTS", [key], cancellationToken) == 0)
            {
                return true;
            }
        }

        return false;
    }

    private async Task<CachedCustomer?> OwnAsync(string key, byte[] token, string channel, Func<Task<CachedCustomer?>> fetch)
    {
        string? error = "the fetch failed";
        try
        {
            var customer = await fetch();
            error = customer is null ? "the Edge API did not answer" : null;
            return customer;
        }
        finally
        {
            var word = error is null ? "{}" : $$"""{"error":"{{error}}"}""";
            using var finish = new ScriptCall(Finish).AddKey(key).Add(token).Add(Encoding.UTF8.GetBytes(channel)).Add(Encoding.UTF8.GetBytes(word));

            // Not cancellable: the others wait for it.
            await NumberAsync(finish, CancellationToken.None);
        }
    }

    private async ValueTask<long> NumberAsync(ScriptCall call, CancellationToken cancellationToken)
    {
        using var reply = await redis.EvaluateAsync(call, cancellationToken);
        return reply.ReadScalar().ReadInt64();
    }
}
