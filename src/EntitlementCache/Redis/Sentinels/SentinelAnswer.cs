using EntitlementCache.Settings;

namespace EntitlementCache.Redis.Sentinels;

/// <summary>What one sentinel said.</summary>
/// <param name="Sentinel">Which one.</param>
/// <param name="Primary">The primary it names; null: none.</param>
/// <param name="Problem">Why it names none; null: it does.</param>
internal sealed record SentinelAnswer(HostAndPort Sentinel, HostAndPort? Primary, RedisFailureException? Problem);
