using System.Text;
using EntitlementCache.Caching;
using EntitlementCache.Messages;
using EntitlementCache.Redis;
using PersistentCacheService.Refetching;
using StackExchange.Redis;

namespace PersistentCacheService.Warming;

/// <summary>
/// Who fetches which customer in a warm-up, and who was fetched lately, for all processes together. The marks stand in the Redis they tell of: when it is
/// wiped they are gone, too, and when a warm-up is stopped the next one continues after it. Each names the data it was made with, because an older snapshot
/// or a replica holds marks as well.
/// </summary>
/// <param name="redis">The connection.</param>
/// <param name="keys">The keys.</param>
/// <param name="environmentPrefix">First part of every key.</param>
internal sealed class WarmMarks(RedisClient redis, WarmKeys keys, string environmentPrefix)
{
    /// <summary>How long a customer counts as fetched.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    /// <summary>How long a claim lives without renewal: a killed process's customers are fetched by another one after this.</summary>
    public static readonly TimeSpan ClaimLife = TimeSpan.FromSeconds(60);

    // Longer than any pause the Edge API may ask for (10 min).
    private const int WarmingSeconds = 15 * 60;

    private readonly CacheKeys _cacheKeys = new(environmentPrefix);
    private readonly byte[] _token = Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N"));

    /// <summary>Claims customers.</summary>
    /// <param name="customers">At most some thousand.</param>
    /// <param name="skipsCached">Leave cached ones alone.</param>
    /// <param name="skipsFetched">Leave those alone that were fetched lately.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A verdict for each, in their order.</returns>
    /// <exception cref="RedisFailureException">Redis could not be asked; so of every method here.</exception>
    public async Task<WarmVerdict[]> ClaimAsync(IReadOnlyList<CustomerIdentity> customers, bool skipsCached, bool skipsFetched, CancellationToken cancellationToken)
    {
        using var call = Call(WarmScripts.Claim, customers);
        var timestamp = new Utf8Output();
        foreach (var customer in customers)
        {
            timestamp.Clear();
            _cacheKeys.AppendEntitlements(timestamp, customer);
            timestamp.Write(CacheKeys.TimestampSuffix);
            call.AddKey(timestamp.Written);
        }

        call.Add(_token).Add((long)ClaimLife.TotalMilliseconds).Add(skipsCached ? 1 : 0).Add(skipsFetched ? 1 : 0);
        var reply = await redis.EvaluateAsync(call, static reply => reply.ReadScalar().ReadString() ?? "", cancellationToken);
        return [.. reply.Select(static letter => letter switch
        {
            't' => WarmVerdict.Take,
            'h' => WarmVerdict.Held,
            _ => WarmVerdict.Fresh,
        })];
    }

    /// <summary>Prolongs the claims of this process.</summary>
    public async Task RenewAsync(IReadOnlyCollection<CustomerIdentity> customers, CancellationToken cancellationToken)
    {
        using var call = Call(WarmScripts.Renew, customers).Add(_token).Add((long)ClaimLife.TotalMilliseconds);
        using var reply = await redis.EvaluateAsync(call, cancellationToken);
    }

    /// <summary>Ends claims of this process.</summary>
    /// <param name="customers">Whom, each with what became of it; null: it was not fetched, and is free again.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>For each whether the claim was still held. One whose claim was lost has to be claimed and fetched again: a change that came meanwhile may have found no mark.</returns>
    public async Task<bool[]> SettleAsync(IReadOnlyCollection<(CustomerIdentity Customer, RefetchResult? Result)> customers, CancellationToken cancellationToken)
    {
        if (customers.Count == 0)
        {
            return [];
        }

        using var call = Call(WarmScripts.Settle, customers.Select(static pair => pair.Customer));
        var ends = string.Concat(customers.Select(static pair => pair.Result switch
        {
            null or RefetchResult.Failed => 'f',
            RefetchResult.Purged => 'n',
            _ => 'd',
        }));
        call.Add(_token).Add((long)Memory.TotalSeconds).Add(Encoding.ASCII.GetBytes(ends));
        var reply = await redis.EvaluateAsync(call, static reply => reply.ReadScalar().ReadString() ?? "", cancellationToken);
        return [.. reply.Select(static letter => letter == 'e')];
    }

    /// <summary>Which of these are being fetched by a warm-up, or were within the last hour.</summary>
    public async Task<IReadOnlyList<CustomerIdentity>> MarkedAsync(IReadOnlyList<CustomerIdentity> customers, CancellationToken cancellationToken)
    {
        var marks = (RedisValue[])(await redis.ExecuteAsync("MGET", [.. customers.Select(keys.Mark)], cancellationToken))!;
        return [.. customers.Where((_, i) => !marks[i].IsNull)];
    }

    /// <summary>Asks for the next calls to the Edge API, and tells all workers that a warm-up is under way. False: it is too early.</summary>
    /// <param name="time">How long they take at the allowed rate, whole milliseconds.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<bool> PermitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using var call = new ScriptCall(WarmScripts.Permit).AddKey(keys.Pace).AddKey(keys.Warming).Add((long)time.TotalMilliseconds).Add(WarmingSeconds);
        return await redis.EvaluateAsync(call, static reply => reply.ReadScalar().ReadInt64() == 1, cancellationToken);
    }

    private ScriptCall Call(RedisScript script, IEnumerable<CustomerIdentity> customers)
    {
        var call = new ScriptCall(script).AddKey(keys.Epoch).AddKey(keys.EpochCopy);
        foreach (var customer in customers)
        {
            call.AddKey(keys.Mark(customer));
        }

        return call;
    }
}
