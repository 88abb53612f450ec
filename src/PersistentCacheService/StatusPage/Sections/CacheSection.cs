using System.Text.Json;
using EntitlementCache.EdgeApi;
using EntitlementCache.Observability.Errors;
using EntitlementCache.Redis;
using EntitlementCache.Settings;
using PersistentCacheService.Applying;
using PersistentCacheService.Observability;

namespace PersistentCacheService.StatusPage.Sections;

/// <summary>Redis, and the Edge API that refreshes are read from: whether they can be used, or why not and what to do.</summary>
internal sealed class CacheSection(RedisClient redis, RedisSettings settings, WriteGate gate, RedisFigures figures, EdgeHealth edge, Scrubber scrubber)
{
    /// <summary>Writes <c>redis</c> and <c>edgeApi</c>.</summary>
    public void Write(Utf8JsonWriter json)
    {
        var closed = gate.Closed;
        json.WriteStartObject("redis"u8);
        json.WriteString("server"u8, settings.ToString());
        json.WriteString("connection"u8, redis.State.ToString());
        json.WriteBoolean("isWritable"u8, closed is null);
        if (closed is var (kind, reason, since))
        {
            json.WriteString("reason"u8, kind.ToString());
            json.WriteString("cause"u8, scrubber.Scrub(reason));
            json.WriteString("remedy"u8, kind.Remedy());
            json.WriteString("runbook"u8, Runbooks.For(kind));
            json.WriteNumber("seconds"u8, Math.Round(since.TotalSeconds));
        }

        json.WriteNumber("commandsInFlight"u8, redis.CommandsInFlight);
        var (memory, hitRatio) = figures.Latest;
        Write(json, "memoryBytes", memory);
        Write(json, "hitRatio", hitRatio);
        json.WriteEndObject();

        json.WriteStartObject("edgeApi"u8);
        json.WriteString("status"u8, edge.Status);
        if (edge.Failure is { } failure)
        {
            json.WriteString("reason"u8, failure.ToString());
            json.WriteString("runbook"u8, "PersistentCacheEdgeApiFailing"u8);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } known)
        {
            json.WriteNumber(name, Math.Round(known, 4));
        }
    }
}
