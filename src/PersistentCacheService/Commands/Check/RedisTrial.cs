using PersistentCacheService.Redis;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Commands.Check;

/// <summary>Whether Redis can be reached, is a primary, and lets the user do what the worker does.</summary>
internal static class RedisTrial
{
    // What the worker's scripts call, on keys no customer can have: an empty id is never valid. Nothing is left behind, and no reader looks there.
    private static readonly RedisScript Rights = new(
        "check",
        """
        redis.call('EXISTS', KEYS[1])
        redis.call('MGET', KEYS[2])
        redis.call('SET', KEYS[2], '1', 'EX', '1')
        return redis.call('DEL', KEYS[2])
        """);

    // The same for the keys of the sweep, which lists keys besides.
    private static readonly RedisScript SweepRights = new(
        "check-sweep",
        """
        redis.call('MGET', KEYS[1])
        redis.call('SET', KEYS[1], '1', 'PX', '1000', 'NX')
        return redis.call('DEL', KEYS[1])
        """);

    /// <summary>Connects and tries the rights.</summary>
    public static async Task<IReadOnlyList<Finding>> RunAsync(ServiceSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await using var access = await CacheAccess.ConnectAsync(settings.Cache, settings.Redis, time, cancellationToken);
            var user = settings.Redis.Username ?? "default";
            return
            [
                Finding.Ok("redis", $"{access.Server} is a primary and knows the user {user}{(settings.Redis.Tls ? ", over TLS" : "")}"),
                await TryRightsAsync(access, user, cancellationToken),
                await TryInfoAsync(access, user, cancellationToken),
                .. access.Settings.Sweep.IsOn ? [await TrySweepAsync(access, user, cancellationToken)] : Array.Empty<Finding>(),
            ];
        }
        catch (RedisFailureException exception)
        {
            return [Failure("redis", exception)];
        }
    }

    private static async Task<Finding> TryRightsAsync(CacheAccess access, string user, CancellationToken cancellationToken)
    {
        var prefix = access.Settings.EnvironmentPrefix;
        try
        {
            using var call = new ScriptCall(Rights).AddKey($"{prefix}-").AddKey($"{prefix}:c_");
            using var reply = await access.Redis.EvaluateAsync(call, cancellationToken);
            return Finding.Ok("redis rights", $"{user} may do all the worker does to {prefix}:c_* and {prefix}-*");
        }
        catch (RedisFailureException exception)
        {
            return Failure("redis rights", exception);
        }
    }

    private static async Task<Finding> TryInfoAsync(CacheAccess access, string user, CancellationToken cancellationToken)
    {
        try
        {
            await access.Redis.ExecuteAsync("INFO", ["memory"], cancellationToken);
            return Finding.Ok("redis metrics", $"{user} may read INFO");
        }
        catch (RedisFailureException exception)
        {
            return new Finding(Severity.Warning, "redis metrics", $"{exception.Message} The metrics of hits and memory stay empty.", $"give {user} +info");
        }
    }

    private static async Task<Finding> TrySweepAsync(CacheAccess access, string user, CancellationToken cancellationToken)
    {
        var prefix = access.Settings.EnvironmentPrefix;
        try
        {
            await access.Redis.ExecuteAsync("SCAN", ["0", "MATCH", $"{prefix}!sweep:check", "COUNT", "1"], cancellationToken);
            using var call = new ScriptCall(SweepRights).AddKey($"{prefix}!sweep:check");
            using var reply = await access.Redis.EvaluateAsync(call, cancellationToken);
            return Finding.Ok("redis sweep", $"{user} may list keys and use {prefix}!sweep*");
        }
        catch (RedisFailureException exception)
        {
            return Failure("redis sweep", exception);
        }
    }

    private static Finding Failure(string subject, RedisFailureException exception) => new(
        exception.Kind.NeedsConfiguration() ? Severity.Misconfigured : Severity.Unavailable, subject, exception.Message, exception.Kind.Remedy());
}
