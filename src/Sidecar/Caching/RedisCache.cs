using System.Text;
using PersistentCacheService.Caching;
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
/// <param name="prefix">First part of every key.</param>
/// <param name="ttlInSeconds">Expiry of what is written; negative: none.</param>
/// <param name="once">Makes a refetch happen once for all processes.</param>
/// <param name="time">Clock.</param>
internal sealed class RedisCache(IConnectionMultiplexer redis, string prefix, int ttlInSeconds, FleetWideOnce once, TimeProvider time) : IEntitlementCache
{
    private const string Timestamp = "#timestamp";
    private static readonly string SetCustomer = Script("set-customer");
    private static readonly string UpdateUsage = Script("update-usage");

    private readonly IDatabase _database = redis.GetDatabase();

    /// <inheritdoc/>
    public async ValueTask<CacheLookup> ReadAsync(EntityId id, ReadScope scope, CancellationToken cancellationToken)
    {
        var key = Entitlements(id);
        var guess = scope.IsAll ? null : key + (scope.IsCredit ? ":credit_" : ":f_") + scope.Id;
        var values = await _database.StringGetAsync(
            guess is null ? [key, key + ":metadata", key + Timestamp, Global(id) + Timestamp] : [key, key + ":metadata", key + Timestamp, Global(id) + Timestamp, guess, guess + Timestamp])
            .WaitAsync(cancellationToken);
        var timestamp = UsageValue.ReadTimestamp(Bytes(values[2]).Span);
        var global = UsageValue.ReadTimestamp(Bytes(values[3]).Span);
        var isGlobalMissing = id.ResourceId is not null && global is null;
        var list = values[0].IsNull ? null : EntitlementsValue.Read(Bytes(values[0]));
        if (list is null)
        {
            return CacheLookup.Nothing with { IsGlobalMissing = isGlobalMissing };
        }

        var customer = new CachedCustomer(Exists: true, list, UsageValue.ReadReason(Bytes(values[1])));
        var isFresh = timestamp is not null && !isGlobalMissing && !(id.ResourceId is not null && global > timestamp);
        var (complete, isComplete) = await WithUsageAsync(key, customer, scope, guess is null ? default : (guess, values[4], values[5]), cancellationToken);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var isExpired = complete.In(scope).Any(one => one.ValidUntil <= now);
        return new CacheLookup(isFresh && isComplete && !isExpired, complete, isGlobalMissing);
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
        RedisValue[] timestamps = [state.Timestamp, state.Timestamp, .. state.Usages.Select(usage => (RedisValue)usage.Timestamp)];
        RedisValue[] values = [state.Value, state.Metadata, .. state.Usages.Select(usage => (RedisValue)usage.Value)];
        await _database.ScriptEvaluateAsync(
            SetCustomer,
            [WriteLock(id), .. names.Select(name => (RedisKey)name), .. names.Select(name => (RedisKey)(name + Timestamp))],
            ["0", ttlInSeconds, .. timestamps, .. values]).WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task UpdateUsageAsync(EntityId id, string usageId, bool isCredit, CachedUsage usage, CancellationToken cancellationToken)
    {
        var key = Entitlements(id);
        var usageKey = key + (isCredit ? ":credit_" : ":f_") + usageId;
        await _database.ScriptEvaluateAsync(
            UpdateUsage,
            [WriteLock(id), key + Timestamp, usageKey, usageKey + Timestamp],
            ["0", ttlInSeconds, usage.Timestamp ?? time.GetUtcNow().ToUnixTimeMilliseconds(), UsageJson.Write(usage, isCredit)]).WaitAsync(cancellationToken);
    }

    private static string Script(string name)
    {
        using var resource = typeof(CacheKeys).Assembly.GetManifestResourceStream($"{name}.lua")
            ?? throw new InvalidOperationException($"The script {name}.lua is not embedded in the worker's assembly.");
        using var reader = new StreamReader(resource, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static ReadOnlyMemory<byte> Bytes(RedisValue value) => value;

    private string Global(EntityId id) => $"{prefix}:c_{id.CustomerId}";

    private string Entitlements(EntityId id) => id.ResourceId is { } resource ? $"{Global(id)}:r_{resource}" : Global(id);

    private string WriteLock(EntityId id) => id.ResourceId is { } resource ? $"{prefix}-{id.CustomerId}:{resource}" : $"{prefix}-{id.CustomerId}";

    /// <summary>Puts the usage keys' values in place of what is embedded; incomplete when one that is read is missing.</summary>
    private async Task<(CachedCustomer Customer, bool IsComplete)> WithUsageAsync(
        string key, CachedCustomer customer, ReadScope scope, (string? Key, RedisValue Value, RedisValue Timestamp) known, CancellationToken cancellationToken)
    {
        var tracked = customer.In(scope).Where(static one => one.IsUsageTracked).ToList();
        var keys = tracked.ConvertAll(one => key + (one.Type == EntitlementType.Credit ? ":credit_" : ":f_") + one.Id);
        var missing = keys.Where(name => name != known.Key).ToArray();
        var fetched = missing.Length == 0
            ? []
            : await _database.StringGetAsync([.. missing.Select(static name => (RedisKey)name), .. missing.Select(static name => (RedisKey)(name + Timestamp))]).WaitAsync(cancellationToken);
        var isComplete = true;
        for (var i = 0; i < tracked.Count; i++)
        {
            var at = Array.IndexOf(missing, keys[i]);
            var (value, timestamp) = at < 0 ? (known.Value, known.Timestamp) : (fetched[at], fetched[missing.Length + at]);
            if (UsageValue.ReadTimestamp(Bytes(timestamp).Span) is { } measured && !value.IsNull && UsageValue.Read(Bytes(value), measured) is { } usage)
            {
                customer = customer.With(tracked[i].Id, tracked[i].Type == EntitlementType.Credit, usage);
            }
            else
            {
                isComplete = false;
            }
        }

        return (customer, isComplete);
    }
}
