using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TestKit.Messages;

namespace TestKit.Invariants;

/// <summary>Compares a real Redis with what was sent: nothing acknowledged is missing, nothing older has won, every value is one a message carried at the timestamp beside it, nothing else is there, and expiries are right.</summary>
public static class InvariantChecker
{
    private const string TimestampSuffix = "#timestamp";
    private const int ViolationsShown = 20;

    // A value and its timestamp are written by one script: their expiries differ by less than a read of both takes.
    private static readonly TimeSpan ExpirySlack = TimeSpan.FromSeconds(5);

    /// <summary>Checks and fails with the violations, if any.</summary>
    public static async Task HoldsAsync(RedisReader redis, IReadOnlyCollection<StiggMessage> sent, CacheRules? rules = null, string environmentPrefix = "production")
    {
        var violations = await FindViolationsAsync(redis, sent, rules ?? new CacheRules(), environmentPrefix);
        if (violations.Count > 0)
        {
            var shown = string.Join('\n', violations.Take(ViolationsShown));
            throw new InvalidOperationException($"{violations.Count} violations, the first of them:\n{shown}");
        }
    }

    /// <summary>All violations, one line each.</summary>
    public static async Task<IReadOnlyList<string>> FindViolationsAsync(
        RedisReader redis, IReadOnlyCollection<StiggMessage> sent, CacheRules rules, string environmentPrefix = "production")
    {
        ArgumentNullException.ThrowIfNull(redis);
        ArgumentNullException.ThrowIfNull(rules);
        var expected = new ExpectedCache(sent, environmentPrefix);
        var stored = await redis.ReadAllAsync();
        var left = sent.Where(message => rules.BodiesLeft.Count > 0 && rules.BodiesLeft.Contains(message.Body())).ToHashSet();

        var violations = new List<string>();
        foreach (var key in expected.Keys)
        {
            // The oldest version the key may show: the newest that was acknowledged for good.
            var atLeast = expected.NewestAmong(key, message => !left.Contains(message) && !rules.MayBeAbsent(message));
            violations.AddRange(CheckKey(key, atLeast, expected, stored, rules));
        }

        violations.AddRange(stored.Keys
            .Where(key => !expected.Keys.Contains(ValueKeyOf(key)) && !rules.IsForeign(key))
            .Select(static key => $"{key}: no message wrote this key"));
        return violations;
    }

    private static IEnumerable<string> CheckKey(
        string key, long? atLeast, ExpectedCache expected, IReadOnlyDictionary<string, StoredValue> stored, CacheRules rules)
    {
        var value = stored.GetValueOrDefault(key);
        var timestamp = stored.GetValueOrDefault(key + TimestampSuffix);
        if (value is null || timestamp is null)
        {
            if (value is not null || timestamp is not null)
            {
                yield return $"{key}: {(value is null ? "a timestamp without its value" : "a value without its timestamp")}";
            }
            else if (atLeast is not null && !rules.RedisLostData)
            {
                yield return $"{key}: missing, {atLeast} was acknowledged";
            }

            yield break;
        }

        if (!long.TryParse(timestamp.Value, CultureInfo.InvariantCulture, out var time))
        {
            yield return $"{key}: the timestamp is '{timestamp.Value}'";
            yield break;
        }

        if (time < atLeast && !rules.RedisLostData)
        {
            yield return $"{key}: stale, holds {time} although {atLeast} was acknowledged";
        }

        if (expected.ValueAt(key, time) is not { } wanted)
        {
            yield return $"{key}: holds {time}, no message sent has that time";
        }
        else if (!SameJson(wanted, value.Value))
        {
            yield return $"{key}: at {time} holds\n    {value.Value}\n  instead of\n    {wanted.ToJsonString()}";
        }

        foreach (var problem in CheckExpiry(key, value.Expiry, timestamp.Expiry, rules))
        {
            yield return problem;
        }
    }

    private static IEnumerable<string> CheckExpiry(string key, TimeSpan? value, TimeSpan? timestamp, CacheRules rules)
    {
        if (rules.Expiry is not { } expiry)
        {
            if (value is not null || timestamp is not null)
            {
                yield return $"{key}: expires although nothing may";
            }

            yield break;
        }

        if (value is not { } ofValue || timestamp is not { } ofTimestamp)
        {
            yield return $"{key}: never expires, or its timestamp does not";
        }
        else if (ofValue > expiry || ofValue < expiry - rules.RunTime)
        {
            yield return $"{key}: expires in {ofValue}, configured is {expiry}";
        }
        else if ((ofValue - ofTimestamp).Duration() > ExpirySlack)
        {
            yield return $"{key}: expires in {ofValue}, its timestamp in {ofTimestamp}";
        }
    }

    private static bool SameJson(JsonNode wanted, string? actual)
    {
        try
        {
            // Through text: numbers then compare as JSON, not as the .NET types they were made from.
            return JsonNode.DeepEquals(JsonNode.Parse(wanted.ToJsonString()), JsonNode.Parse(actual ?? ""));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string ValueKeyOf(string key) =>
        key.EndsWith(TimestampSuffix, StringComparison.Ordinal) ? key[..^TimestampSuffix.Length] : key;
}
