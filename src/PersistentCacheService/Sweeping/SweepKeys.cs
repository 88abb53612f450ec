namespace PersistentCacheService.Sweeping;

/// <summary>
/// The keys of a sweep, or of an audit, which goes through the cached customers the same way (CONTRACT 5): all begin with <c>E!</c> and its name, where
/// no key of a customer, a lock or a reader can begin.
/// </summary>
/// <param name="environmentPrefix">First part of every key.</param>
/// <param name="name">What goes through the customers.</param>
internal sealed class SweepKeys(string environmentPrefix, string name = "sweep")
{
    /// <summary>The sweep that is under way: see <see cref="SweepState"/>.</summary>
    public string Sweep { get; } = $"{environmentPrefix}!{name}";

    /// <summary>The sweep that is still to be begun: SentTimestamp of the latest event that asked for it.</summary>
    public string Request { get; } = $"{environmentPrefix}!{name}:request";

    /// <summary>Token of the process that does the sweep; expires unless it is renewed.</summary>
    public string Lease { get; } = $"{environmentPrefix}!{name}:lease";

    /// <summary>Lives as long as the calls that were permitted last take at the allowed rate.</summary>
    public string Pace { get; } = $"{environmentPrefix}!{name}:pace";
}
