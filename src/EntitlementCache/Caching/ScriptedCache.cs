using System.Runtime.CompilerServices;
using EntitlementCache.Messages;
using EntitlementCache.Redis;
using EntitlementCache.Settings;
using StackExchange.Redis;

namespace EntitlementCache.Caching;

/// <summary>
/// Applies operations to Redis: one script call each, atomic on the server, newest timestamp wins (CONTRACT 4). Repeating an operation is safe.
/// Waits for customers an SDK process holds locked; every other failure is the caller's to handle.
/// </summary>
/// <param name="redis">The connection.</param>
/// <param name="settings">Keys, expiry, policy, layout, attempts against a lock.</param>
/// <param name="timeProvider">Clock of the waits.</param>
/// <param name="random">Jitter of the waits: 0 (inclusive) to 1.</param>
internal sealed class ScriptedCache(RedisClient redis, CacheSettings settings, TimeProvider timeProvider, Func<double> random)
{
    private readonly ScriptEncoder _encoder = new(settings);
    private readonly SweepKeys _sweepKeys = new(settings.EnvironmentPrefix);
    private long _lockWaits;

    /// <summary>How often a held lock made an operation wait, since the start.</summary>
    public long LockWaits => Volatile.Read(ref _lockWaits);

    /// <summary>Whether a <see cref="Sweep"/> is recorded, so that all cached customers are refreshed; else nothing comes of it.</summary>
    public bool RecordsSweeps => settings.Sweep.IsOn;

    /// <summary>
    /// Makes a <see cref="SetCustomer"/>, <see cref="UpdateUsage"/>, <see cref="Purge"/> or <see cref="Sweep"/> ready for Redis. Afterwards the operation and the message
    /// body may be released.
    /// </summary>
    /// <exception cref="ArgumentException">An operation of another type: it writes nothing.</exception>
    public CacheWrite Encode(CacheOperation operation) => operation switch
    {
        UpdateUsage update => new CacheWrite(update.Type, _encoder.Encode(update), Purged: null),
        SetCustomer set => new CacheWrite(set.Type, _encoder.Encode(set), Purged: null),
        Sweep sweep => new CacheWrite(sweep.Type, _sweepKeys.EncodeRequest(sweep.Since), Purged: null),
        Purge purge => new CacheWrite(purge.Type, Call: null, [.. purge.Customers]),
        _ => throw new ArgumentException($"{operation.GetType().Name} writes nothing.", nameof(operation)),
    };

    /// <summary>Applies what <see cref="Encode"/> made; it stays the caller's, to be applied again after a failure and disposed at the end.</summary>
    /// <param name="write">What to apply.</param>
    /// <param name="lockPatience">How long to wait for a lock at most; the number of attempts has its limit besides.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="RedisFailureException">No connection, no reply, or an error reply; see its kind.</exception>
    /// <exception cref="CustomerLockedException">The lock was held through every attempt.</exception>
    public ValueTask<ApplyOutcome> ApplyAsync(CacheWrite write, TimeSpan lockPatience, CancellationToken cancellationToken) => write switch
    {
        { Call: { } call } => WriteAsync(call, lockPatience, cancellationToken),
        { Purged: { } customers } => PurgeAsync(customers, lockPatience, cancellationToken),
        _ => ValueTask.FromResult(ApplyOutcome.SkippedAbsent),
    };

    /// <summary>Encodes and applies an operation once, waiting for a lock as long as the settings allow. When this method returns its task, the
    /// operation may be released.</summary>
    /// <inheritdoc cref="ApplyAsync(CacheWrite, TimeSpan, CancellationToken)"/>
    public async ValueTask<ApplyOutcome> ApplyAsync(CacheOperation operation, CancellationToken cancellationToken)
    {
        using var write = Encode(operation);
        return await ApplyAsync(write, TimeSpan.MaxValue, cancellationToken);
    }

    /// <summary>Whether a write of the customer or resource takes effect: under UPDATE_IF_EXISTS only when it is stored, else always.</summary>
    /// <inheritdoc cref="ContainsAsync"/>
    public ValueTask<bool> TakesAsync(CustomerIdentity customer, CancellationToken cancellationToken) =>
        settings.UpdatePolicy == CacheUpdatePolicy.UpdateIfExists ? ContainsAsync(customer, cancellationToken) : ValueTask.FromResult(true);

    /// <summary>Whether entitlements of the customer or resource are stored.</summary>
    /// <exception cref="RedisFailureException">No connection, no reply, or an error reply; see its kind.</exception>
    public async ValueTask<bool> ContainsAsync(CustomerIdentity customer, CancellationToken cancellationToken)
    {
        return await redis.ExecuteAsync("EXISTS", [_encoder.ExistingKey(customer)], static reply => (long)reply == 1, cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ApplyOutcome> WriteAsync(ScriptCall call, TimeSpan lockPatience, CancellationToken cancellationToken)
    {
        var began = timeProvider.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            switch (await redis.EvaluateAsync(call, static reply => reply.ReadScalar().ReadInt64(), cancellationToken))
            {
                case CacheScripts.Locked:
                    await WaitForLockAsync(attempt, lockPatience - timeProvider.GetElapsedTime(began), cancellationToken);
                    break;
                case CacheScripts.Absent:
                    return ApplyOutcome.SkippedAbsent;
                case 0:
                    return ApplyOutcome.SkippedOlder;
                default:
                    return ApplyOutcome.Written;
            }
        }
    }

    private async ValueTask<ApplyOutcome> PurgeAsync(CustomerIdentity[] customers, TimeSpan lockPatience, CancellationToken cancellationToken)
    {
        var began = timeProvider.GetTimestamp();
        foreach (var chunk in customers.Chunk(ScriptEncoder.PurgeChunk))
        {
            var remaining = chunk;
            for (var attempt = 1; remaining.Length > 0; attempt++)
            {
                using var call = _encoder.EncodePurge(remaining);

                // Only those that were locked are purged again: what others have fetched since then is fresh and stays.
                var purged = remaining;
                remaining = await redis.EvaluateAsync(call, reply => Locked(purged, reply), cancellationToken);
                if (remaining.Length > 0)
                {
                    await WaitForLockAsync(attempt, lockPatience - timeProvider.GetElapsedTime(began), cancellationToken);
                }
            }
        }

        return ApplyOutcome.Purged;
    }

    /// <summary>Those whose position, from 1, is in the script's reply.</summary>
    private static CustomerIdentity[] Locked(CustomerIdentity[] customers, RespResult reply)
    {
        var locked = new List<CustomerIdentity>();
        var positions = reply.Read().AggregateChildren();
        while (positions.MoveNext())
        {
            var position = positions.Value.ReadInt64();
            locked.Add(position >= 1 && position <= customers.Length ? customers[position - 1] : throw new FormatException($"There is no customer {position} of {customers.Length}."));
        }

        return [.. locked];
    }

    private async ValueTask WaitForLockAsync(int attempt, TimeSpan patience, CancellationToken cancellationToken)
    {
        var pause = LockRetry.DelayAfter(attempt, random());
        if (attempt >= settings.LockRetryCount || pause > patience)
        {
            throw new CustomerLockedException(attempt);
        }

        Interlocked.Increment(ref _lockWaits);
        await Task.Delay(pause, timeProvider, cancellationToken);
    }
}
