using EntitlementCache.Redis;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Commands.Check;

/// <summary>Whether Redis can be reached, is a primary, and lets the user do what the worker does.</summary>
internal static class RedisTrial
{
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
                .. await TryInfoAsync(access, user, cancellationToken),
                await TryOwnKeysAsync(access, user, cancellationToken),
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
            using var call = new ScriptCall(RightsProbe.All).AddKeys(prefix);
            using var reply = await access.Redis.EvaluateAsync(call, cancellationToken);
            return Finding.Ok("redis rights", $"{user} may do all the worker does to {prefix}:c_* and {prefix}-*");
        }
        catch (RedisFailureException exception)
        {
            return Failure("redis rights", exception);
        }
    }

    private static async Task<IReadOnlyList<Finding>> TryInfoAsync(CacheAccess access, string user, CancellationToken cancellationToken)
    {
        try
        {
            var info = (await access.Redis.ExecuteAsync("INFO", ["server"], cancellationToken)).ToString();
            var allowed = Finding.Ok("redis metrics", $"{user} may read INFO");
            return info.Contains("server_name:garnet", StringComparison.Ordinal) ? [allowed, Garnet()] : [allowed];
        }
        catch (RedisFailureException exception)
        {
            return [new Finding(Severity.Warning, "redis metrics", $"{exception.Message} The metrics of hits and memory stay empty.", $"give {user} +info")];
        }
    }

    // Garnet does not tell whether its scripts are atomic, and a script cannot find out.
    private static Finding Garnet() => new(
        Severity.Warning,
        "redis engine",
        "This is Garnet. Its scripts are atomic only in transaction mode; without it an older timestamp can win.",
        "start it with --lua true --lua-transaction-mode true, and use it for development only");

    private static async Task<Finding> TryOwnKeysAsync(CacheAccess access, string user, CancellationToken cancellationToken)
    {
        var prefix = access.Settings.EnvironmentPrefix;
        try
        {
            using var call = new ScriptCall(RightsProbe.Sweeping).AddKey($"{prefix}!epoch:check");
            using var reply = await access.Redis.EvaluateAsync(call, cancellationToken);
            return Finding.Ok("redis marker", $"{user} may use {prefix}!*: a wiped Redis is noticed");
        }
        catch (RedisFailureException exception)
        {
            return new Finding(Severity.Warning, "redis marker", $"{exception.Message} A wiped Redis will not be noticed.", $"give {user} the keys {prefix}!*");
        }
    }

    private static async Task<Finding> TrySweepAsync(CacheAccess access, string user, CancellationToken cancellationToken)
    {
        var prefix = access.Settings.EnvironmentPrefix;
        try
        {
            await access.Redis.ExecuteAsync("SCAN", ["0", "MATCH", $"{prefix}!sweep:check", "COUNT", "1"], cancellationToken);
            using var call = new ScriptCall(RightsProbe.Sweeping).AddKey($"{prefix}!sweep:check");
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
