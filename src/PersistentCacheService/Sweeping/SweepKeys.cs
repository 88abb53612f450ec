using System.Text;

namespace PersistentCacheService.Sweeping;

/// <summary>The keys of the sweep (CONTRACT 5): all begin with <c>E!sweep</c>, where no key of a customer, a lock or a reader can begin.</summary>
/// <param name="environmentPrefix">First part of every key.</param>
internal sealed class SweepKeys(string environmentPrefix)
{
    /// <summary>The sweep that is under way: see <see cref="SweepState"/>.</summary>
    public string Sweep { get; } = $"{environmentPrefix}!sweep";

    /// <summary>The sweep that is still to be begun: SentTimestamp of the latest event that asked for it.</summary>
    public string Request { get; } = $"{environmentPrefix}!sweep:request";

    /// <summary>Token of the process that does the sweep; expires unless it is renewed.</summary>
    public string Lease { get; } = $"{environmentPrefix}!sweep:lease";

    /// <summary>Lives as long as the calls that were permitted last take at the allowed rate.</summary>
    public string Pace { get; } = $"{environmentPrefix}!sweep:pace";

    /// <summary>Pattern of SCAN for the timestamps of cached customers; it finds those of metadata and usage as well.</summary>
    public string Pattern { get; } = $"{Escape(environmentPrefix)}:c_*#timestamp";

    private static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var c in text)
        {
            _ = (c is '*' or '?' or '[' or ']' or '\\' ? escaped.Append('\\') : escaped).Append(c);
        }

        return escaped.ToString();
    }
}
