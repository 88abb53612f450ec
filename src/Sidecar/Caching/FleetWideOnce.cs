using System.Globalization;
using Sidecar.Model;
using StackExchange.Redis;

namespace Sidecar.Caching;

/// <summary>
/// Makes one process of all SDKs and Sidecars refetch a customer: the SDK's own lock and channel (SIDECAR 5). The others wait for its word and read
/// the cache; if it does not come they fetch themselves.
/// </summary>
/// <param name="redis">Connection.</param>
/// <param name="prefix">First part of lock and channel.</param>
/// <param name="timeout">Deadline of the fetch.</param>
/// <param name="time">Clock.</param>
internal sealed class FleetWideOnce(IConnectionMultiplexer redis, string prefix, TimeSpan timeout, TimeProvider time)
{
    private const string Operation = "refetchEntityEntitlementsAfterCacheMiss";

    // The fetch has a retry, so its deadline counts twice; a crashed owner's lock ends by itself after that.
    private readonly TimeSpan _lockLife = (timeout * 2) + TimeSpan.FromSeconds(1);

    /// <summary>Runs the fetch here, or waits for who runs it.</summary>
    /// <param name="id">Whom.</param>
    /// <param name="fetch">Fetches and writes the cache.</param>
    /// <param name="read">Reads what another process wrote; null: still a miss.</param>
    /// <param name="cancellationToken">Ends everything.</param>
    public async Task<CachedCustomer?> RunAsync(
        EntityId id, Func<Task<CachedCustomer?>> fetch, Func<Task<CachedCustomer?>> read, CancellationToken cancellationToken)
    {
        var database = redis.GetDatabase();
        var name = id.ResourceId is { } resource ? $"{id.CustomerId}:{resource}" : id.CustomerId;
        var channel = RedisChannel.Literal($"{prefix}:{Operation}:{name}");
        RedisKey key = $"{prefix}:{Operation}-{name}";
        RedisValue token = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        var word = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Told(RedisChannel from, RedisValue payload) => word.TrySetResult();

        // Before the lock is asked for: the owner may be done a moment later.
        var subscriber = redis.GetSubscriber();
        await subscriber.SubscribeAsync(channel, Told);
        try
        {
            if (await database.LockTakeAsync(key, token, _lockLife))
            {
                return await OwnAsync(database, key, token, channel, fetch);
            }

            try
            {
                await word.Task.WaitAsync(timeout + TimeSpan.FromMilliseconds(500), time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return await fetch();
            }

            return await read() ?? await fetch();
        }
        finally
        {
            await subscriber.UnsubscribeAsync(channel, Told, CommandFlags.FireAndForget);
        }
    }

    private static async Task<CachedCustomer?> OwnAsync(IDatabase database, RedisKey key, RedisValue token, RedisChannel channel, Func<Task<CachedCustomer?>> fetch)
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
            await database.LockReleaseAsync(key, token, CommandFlags.FireAndForget);
            await database.PublishAsync(channel, error is null ? "{}" : $$"""{"error":"{{error}}"}""", CommandFlags.FireAndForget);
        }
    }
}
