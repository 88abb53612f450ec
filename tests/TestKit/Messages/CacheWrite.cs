using System.Text.Json.Nodes;

namespace TestKit.Messages;

/// <summary>One item that a message wants in the cache: a value key, whose timestamp key is the same name with <c>#timestamp</c>.</summary>
/// <param name="Key">Name of the value key without the environment prefix, e.g. <c>c_customer-1:f_feature-1</c>.</param>
/// <param name="Timestamp">Its timestamp, ms since the epoch.</param>
/// <param name="Value">Makes the expected JSON value.</param>
public sealed record CacheWrite(string Key, long Timestamp, Func<JsonNode> Value);
