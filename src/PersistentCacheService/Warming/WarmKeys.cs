using System.Text;
using EntitlementCache.Messages;

namespace PersistentCacheService.Warming;

/// <summary>The keys of the marker and of warm-ups (CONTRACT 5): all begin with <c>E!</c>, where no key of a customer, a lock or a reader can begin.</summary>
/// <param name="environmentPrefix">First part of every key.</param>
internal sealed class WarmKeys(string environmentPrefix)
{
    private readonly string _marks = $"{environmentPrefix}!warm:c_";

    /// <summary>Marks the data: as long as it stands, nothing was wiped.</summary>
    public string Epoch { get; } = $"{environmentPrefix}!epoch";

    /// <summary>The same once more: a Redis that may evict any key evicts one of them at a time.</summary>
    public string EpochCopy { get; } = $"{environmentPrefix}!epoch:copy";

    /// <summary>Stands while a warm-up is under way, and some minutes longer.</summary>
    public string Warming { get; } = $"{environmentPrefix}!warm";

    /// <summary>Lives as long as the calls that were permitted last take at the allowed rate.</summary>
    public string Pace { get; } = $"{environmentPrefix}!warm:pace";

    /// <summary>Who fetches a customer or resource, or that it was fetched within the last hour.</summary>
    public byte[] Mark(CustomerIdentity customer) => Encoding.UTF8.GetBytes(
        customer.ResourceIdText is { } resource ? $"{_marks}{customer.CustomerIdText}:r_{resource}" : $"{_marks}{customer.CustomerIdText}");
}
