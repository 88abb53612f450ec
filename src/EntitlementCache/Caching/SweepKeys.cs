using EntitlementCache.Redis;

namespace EntitlementCache.Caching;

/// <summary>
/// The keys of a sweep, or of an audit, which goes through the cached customers the same way (CONTRACT 5): all begin with <c>E!</c> and its name, where
/// no key of a customer, a lock or a reader can begin.
/// </summary>
/// <param name="environmentPrefix">First part of every key.</param>
/// <param name="name">What goes through the customers.</param>
internal sealed class SweepKeys(string environmentPrefix, string name = "sweep")
{
    // A sweep that no worker continues is forgotten after a week: by default the values it would have refreshed have expired by then.

    /// <summary>Expiry of the sweep's keys but for the lease and the pace, in seconds.</summary>
    public const int ExpirySeconds = 7 * 24 * 60 * 60;

    /// <summary>The sweep that is under way, in the worker's own form.</summary>
    public string Sweep { get; } = $"{environmentPrefix}!{name}";

    /// <summary>The sweep that is still to be begun: SentTimestamp of the latest event that asked for it.</summary>
    public string Request { get; } = $"{environmentPrefix}!{name}:request";

    /// <summary>Token of the process that does the sweep; expires unless it is renewed.</summary>
    public string Lease { get; } = $"{environmentPrefix}!{name}:lease";

    /// <summary>Lives as long as the calls that were permitted last take at the allowed rate.</summary>
    public string Pace { get; } = $"{environmentPrefix}!{name}:pace";

    /// <summary>The same for the second looks and the repairs of an audit.</summary>
    public string SecondPace { get; } = $"{environmentPrefix}!{name}:again";

    /// <summary>The call that records that all cached customers are to be refreshed: before the current sweep begins, or once more after it.</summary>
    /// <param name="since">SentTimestamp of the event, Unix ms.</param>
    public ScriptCall EncodeRequest(long since) => new ScriptCall(CacheScripts.RequestSweep).AddKey(Request).Add(since).Add(ExpirySeconds);
}
