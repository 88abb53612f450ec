using System.Text.Json.Nodes;
using TestKit.Messages;

namespace TestKit.Invariants;

/// <summary>What the contract's timestamp rule makes of the messages sent: for each key every version it may ever have had, by timestamp.</summary>
/// <remarks>Usage of a customer whose entitlements are not cached is skipped (contract, section 4); the expectation is exact only when every customer was primed before the rest was sent, see <see cref="MessageGenerator.Generate"/>.</remarks>
public sealed class ExpectedCache
{
    private readonly Dictionary<string, SortedList<long, Version>> _versions = [];
    private readonly string _prefix;

    /// <summary>The expectation for messages of one environment.</summary>
    /// <param name="messages">Every message sent; order and repetitions do not matter.</param>
    /// <param name="environmentPrefix">ENVIRONMENT_PREFIX of the worker.</param>
    public ExpectedCache(IEnumerable<StiggMessage> messages, string environmentPrefix = "production")
    {
        ArgumentNullException.ThrowIfNull(messages);
        _prefix = environmentPrefix;
        foreach (var message in messages)
        {
            foreach (var write in message.Writes())
            {
                Add(write, message);
            }
        }
    }

    /// <summary>The value keys, environment prefix included.</summary>
    public IReadOnlyCollection<string> Keys => _versions.Keys;

    /// <summary>The newest timestamp of each value key: what Redis must hold when everything was applied.</summary>
    public IReadOnlyDictionary<string, long> Newest => _versions.ToDictionary(static key => key.Key, static key => key.Value.Keys[^1]);

    /// <summary>The value a key has at a timestamp; null when no message sent has that timestamp.</summary>
    public JsonNode? ValueAt(string key, long timestamp) => _versions.GetValueOrDefault(key)?.GetValueOrDefault(timestamp)?.Value();

    /// <summary>The newest version of a key among the messages that fit; null when there is none.</summary>
    public long? NewestAmong(string key, Func<StiggMessage, bool> fits)
    {
        var versions = _versions[key];
        for (var index = versions.Count - 1; index >= 0; index--)
        {
            if (fits(versions.Values[index].Message))
            {
                return versions.Keys[index];
            }
        }

        return null;
    }

    private void Add(CacheWrite write, StiggMessage message)
    {
        var key = $"{_prefix}:{write.Key}";
        if (!_versions.TryGetValue(key, out var versions))
        {
            _versions[key] = versions = [];
        }

        if (!versions.TryAdd(write.Timestamp, new Version(message, write.Value)) && versions[write.Timestamp].Message != message)
        {
            throw new InvalidOperationException($"Two messages carry timestamp {write.Timestamp} for {key}: give every message of a key a time of its own.");
        }
    }

    private sealed record Version(StiggMessage Message, Func<JsonNode> Value);
}
