using System.Text;
using EntitlementCache.Caching;
using EntitlementCache.Redis;
using StackExchange.Redis;

namespace PersistentCacheService.Sweeping;

/// <summary>
/// The sweep as Redis knows it, for all processes together: one request that waits, one sweep under way, one lease, one pace. Whatever a process does
/// to it carries the token of its lease; without the lease it changes nothing.
/// </summary>
/// <param name="redis">The connection.</param>
/// <param name="keys">The keys.</param>
/// <param name="expirySeconds">When a sweep that no worker continues is forgotten.</param>
internal sealed class SweepLedger(RedisClient redis, SweepKeys keys, int expirySeconds = SweepKeys.ExpirySeconds)
{
    private const string Idle = "idle";
    private const string Held = "held";

    private readonly byte[] _token = Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N"));

    /// <summary>Records that all cached customers are to be refreshed.</summary>
    /// <exception cref="RedisFailureException">Redis could not be asked; so of every method here.</exception>
    public async Task RequestAsync(long since, CancellationToken cancellationToken)
    {
        using var call = keys.EncodeRequest(since);
        using var reply = await redis.EvaluateAsync(call, cancellationToken);
    }

    /// <summary>The sweep that is under way, and whether a process does it at the moment; null: none is.</summary>
    public async Task<(SweepState Sweep, bool IsHeld)?> ReadAsync(CancellationToken cancellationToken)
    {
        var values = (RedisValue[])(await redis.ExecuteAsync("MGET", [keys.Sweep, keys.Lease], cancellationToken))!;
        return values[0].IsNull ? null : (SweepState.Parse(values[0].ToString()), !values[1].IsNull);
    }

    /// <summary>Takes the lease and begins or continues a sweep; null: there is nothing to do, or another process does it.</summary>
    public async Task<SweepState?> TakeAsync(TimeSpan life, CancellationToken cancellationToken)
    {
        using var call = new ScriptCall(SweepScripts.Take)
            .AddKey(keys.Lease).AddKey(keys.Sweep).AddKey(keys.Request)
            .Add(_token).Add((long)life.TotalMilliseconds).Add(expirySeconds).Add(Encoding.ASCII.GetBytes(SweepState.NewText));
        using var reply = await redis.EvaluateAsync(call, cancellationToken);
        return reply.ReadScalar().ReadString() is { } text and not Idle and not Held ? SweepState.Parse(text) : null;
    }

    /// <summary>Prolongs the lease. False: it is lost.</summary>
    public async Task<bool> RenewAsync(TimeSpan life, CancellationToken cancellationToken)
    {
        using var call = new ScriptCall(SweepScripts.Renew).AddKey(keys.Lease).Add(_token).Add((long)life.TotalMilliseconds);
        return await NumberAsync(call, cancellationToken) == 1;
    }

    /// <summary>Gives the lease up, so that another process can continue at once.</summary>
    public Task ReleaseAsync(CancellationToken cancellationToken) => RenewAsync(TimeSpan.Zero, cancellationToken);

    /// <summary>Asks for the next calls to the Edge API. False: it is too early.</summary>
    /// <param name="time">How long they take at the allowed rate, whole milliseconds.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="SweepLostException">The lease is lost.</exception>
    public async Task<bool> PermitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using var call = new ScriptCall(SweepScripts.Permit).AddKey(keys.Lease).AddKey(keys.Pace).Add(_token).Add((long)time.TotalMilliseconds);
        return await NumberAsync(call, cancellationToken) switch
        {
            1 => true,
            0 => false,
            _ => throw new SweepLostException(),
        };
    }

    /// <summary>Asks for the next second looks of an audit, which need no lease. False: it is too early.</summary>
    /// <inheritdoc cref="PermitAsync" path="/param"/>
    public async Task<bool> PermitSecondLookAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using var call = new ScriptCall(SweepScripts.PermitSecondLook).AddKey(keys.SecondPace).Add((long)time.TotalMilliseconds);
        return await NumberAsync(call, cancellationToken) == 1;
    }

    /// <summary>Saves how far the sweep is.</summary>
    /// <exception cref="SweepLostException">The lease is lost; nothing was saved.</exception>
    public Task SaveAsync(SweepState sweep, CancellationToken cancellationToken) => SaveAsync(sweep.Text, cancellationToken);

    /// <summary>Ends the sweep and gives up the lease.</summary>
    /// <exception cref="SweepLostException">The lease is lost; the sweep is not ended.</exception>
    public Task EndAsync(CancellationToken cancellationToken) => SaveAsync("", cancellationToken);

    private async Task SaveAsync(string text, CancellationToken cancellationToken)
    {
        using var call = new ScriptCall(SweepScripts.Save)
            .AddKey(keys.Lease).AddKey(keys.Sweep).Add(_token).Add(Encoding.UTF8.GetBytes(text)).Add(expirySeconds);
        if (await NumberAsync(call, cancellationToken) != 1)
        {
            throw new SweepLostException();
        }
    }

    private async Task<long> NumberAsync(ScriptCall call, CancellationToken cancellationToken)
    {
        using var reply = await redis.EvaluateAsync(call, cancellationToken);
        return reply.ReadScalar().ReadInt64();
    }
}
