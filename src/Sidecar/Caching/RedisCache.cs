using EntitlementCache.Caching;
using EntitlementCache.Redis;
using EntitlementCache.Settings;
using Sidecar.Model;
using Sidecar.Origin;
using Sidecar.Reading;
using StackExchange.Redis;

namespace Sidecar.Caching;

/// <summary>
/// The Redis that worker, SDKs and Sidecars share. One round trip for entitlements and the usage asked for, a second for usage that only the
/// entitlements name. Every failure is an exception: the caller asks the Edge API instead.
/// </summary>
/// <param name="redis">Connection.</param>
/// <param name="settings">Keys and their expiry.</param>
/// <param name="once">Makes a refetch happen once for all processes.</param>
/// <param name="time">Clock.</param>
/// <param name="random">Jitter, 0 (inclusive) to 1.</param>
internal sealed class RedisCache(RedisClient redis, CacheSettings settings, FleetWideOnce once, TimeProvider time, Func<double> random) : IEntitlementCache
{
    private const string Timestamp = "#timestamp";

    // A caller waits meanwhile, and an answer need not be stored: the next miss stores it. An SDK holds its lock for some 10 ms.
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(1);

    // Some 800 customers of ten features, about 16 MB with the objects: the memory of the whole process stays near 80 MB.
    private readonly BatchedReads _reads = new(redis, new ParsedValues(maxBytes: 4 * 1024 * 1024));

    /// <inheritdoc/>
    public async ValueTask<CacheLookup> ReadAsync(EntityId id, ReadScope scope, CancellationToken cancellationToken)
    {
        var key = Entitlements(id);
        var usage = scope.IsAll ? null : key + (scope.IsCredit ? ":credit_" : ":f_") + scope.Id;
        var stored = await _reads.ReadAsync(new StoredRead(key, id.ResourceId is null ? null : Global(id), usage));
        cancellationToken.ThrowIfCancellationRequested();
        var isGlobalMissing = id.ResourceId is not null && stored.GlobalTimestamp is null;
        if (stored.Entitlements is not { } list)
        {
            return CacheLookup.Nothing with { IsGlobalMissing = isGlobalMissing };
        }

        var customer = new CachedCustomer(Exists: true, list, stored.AccessDeniedReason);
        var isFresh = stored.Timestamp is not null && !isGlobalMissing && !(id.ResourceId is not null && stored.GlobalTimestamp > stored.Timestamp);
        var (complete, isComplete) = await WithUsageAsync(key, customer, scope, stored.Usage, cancellationToken);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return new CacheLookup(isFresh && isComplete && !complete.IsExpired(scope, now), complete, isGlobalMissing);
    }

    /// <inheritdoc/>
    public Task<CachedCustomer?> RefetchAsync(EntityId id, ReadScope scope, Func<Task<FetchedState?>> fetch, CancellationToken cancellationToken) =>
        once.RunAsync(
            id,
            async () =>
            {
                var state = await fetch();
                if (state is not null)
                {
                    await StoreAsync(id, state, cancellationToken);
                }

                return state?.Customer;
            },
            async () => await ReadAsync(id, scope, cancellationToken) is { IsHit: true } lookup ? lookup.Customer : null,
            cancellationToken);

    /// <inheritdoc/>
    public async Task StoreAsync(EntityId id, FetchedState state, CancellationToken cancellationToken)
    {
        if (state.Value.Length == 0)
        {
            return;
        }

        var key = Entitlements(id);
        string[] names = [key, key + ":metadata", .. state.Usages.Select(usage => key + usage.Suffix)];
        using var call = new ScriptCall(CacheScripts.SetCustomer).AddKey(WriteLock(id));
        foreach (var name in names)
        {
            call.AddKey(name);
        }

        foreach (var name in names)
        {
            call.AddKey(name + Timestamp);
        }

        call.Add("0"u8).Add(settings.KeysTtlInSeconds).Add(state.Timestamp).Add(state.Timestamp);
        foreach (var usage in state.Usages)
        {
            call.Add(usage.Timestamp);
        }

        call.Add(state.Value).Add(state.Metadata);
        foreach (var usage in state.Usages)
        {
            call.Add(usage.Value);
        }

        await WriteAsync(call, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task UpdateUsageAsync(EntityId id, string usageId, bool isCredit, CachedUsage usage, CancellationToken cancellationToken)
    {
        var key = Entitlements(id);
        var usageKey = key + (isCredit ? ":credit_" : ":f_") + usageId;
        using var call = new ScriptCall(CacheScripts.UpdateUsage)
            .AddKey(WriteLock(id)).AddKey(key + Timestamp).AddKey(usageKey).AddKey(usageKey + Timestamp)
            .Add("0"u8).Add(settings.KeysTtlInSeconds)
            .Add(usage.Timestamp ?? time.GetUtcNow().ToUnixTimeMilliseconds()).Add(UsageJson.Write(usage, isCredit));
        await WriteAsync(call, cancellationToken);
    }

    private string Global(EntityId id) => $"{settings.EnvironmentPrefix}:c_{id.CustomerId}";

    private string Entitlements(EntityId id) => id.ResourceId is { } resource ? $"{Global(id)}:r_{resource}" : Global(id);

    private string WriteLock(EntityId id) =>
        id.ResourceId is { } resource ? $"{settings.EnvironmentPrefix}-{id.CustomerId}:{resource}" : $"{settings.EnvironmentPrefix}-{id.CustomerId}";

    /// <summary>Calls a writing script, again while an SDK holds the customer's lock: what it reads before its write must not change in between.</summary>
    private async Task WriteAsync(ScriptCall call, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            using (var reply = await redis.EvaluateAsync(call, cancellationToken))
            {
                if (reply.ReadScalar().ReadInt64() != CacheScripts.Locked)
                {
                    return;
                }
            }

            var pause = LockRetry.DelayAfter(attempt, random());
            if (time.GetElapsedTime(began) + pause > LockPatience)
            {
                throw new CustomerLockedException(attempt);
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    /// <summary>
    /// The entries that are read, with the usage keys' values in place of what is embedded; incomplete when one of them is missing. A second round trip only
    /// for usage that the first could not know of.
    /// </summary>
    private async ValueTask<(CachedCustomer Customer, bool IsComplete)> WithUsageAsync(
        string key, CachedCustomer customer, ReadScope scope, CachedUsage? known, CancellationToken cancellationToken)
    {
        var entries = customer.In(scope);
        if (entries.Count == 0)
        {
            return (customer, true);
        }

        CachedEntitlement[] complete = [.. entries];
        var unknown = Array.FindAll(complete, one => one.IsUsageTracked && !IsAskedFor(one, scope));
        var more = unknown.Length == 0 ? [] : await UsagesAsync(key, unknown, cancellationToken);
        var isComplete = true;
        for (var (i, next) = (0, 0); i < complete.Length; i++)
        {
            if (!complete[i].IsUsageTracked)
            {
                continue;
            }

            var usage = IsAskedFor(complete[i], scope) ? known : more[next++];
            isComplete &= usage is not null;
            complete[i] = usage is null ? complete[i] : complete[i] with { Usage = usage };
        }

        return (customer with { Entitlements = complete }, isComplete);
    }

    private static bool IsAskedFor(CachedEntitlement one, ReadScope scope) => one.Id == scope.Id && (one.Type == EntitlementType.Credit) == scope.IsCredit;

    private async Task<CachedUsage?[]> UsagesAsync(string key, CachedEntitlement[] entries, CancellationToken cancellationToken)
    {
        RedisKeyOrValue[] keys = [.. entries.SelectMany(one =>
        {
            var name = key + (one.Type == EntitlementType.Credit ? ":credit_" : ":f_") + one.Id;
            return (RedisKeyOrValue[])[(RedisKey)(name + Timestamp), (RedisKey)name];
        })];
        return await redis.ExecuteAsync("MGET", keys, StoredValues.ReadUsages, cancellationToken);
    }
}
