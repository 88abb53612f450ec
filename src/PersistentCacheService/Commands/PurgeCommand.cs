using EntitlementCache.Caching;
using EntitlementCache.Hosting;
using EntitlementCache.Messages;

namespace PersistentCacheService.Commands;

/// <summary><c>purge</c>: what a purge message does, for one customer or resource.</summary>
internal static class PurgeCommand
{
    /// <summary>Removes entitlements and metadata; usage stays. Waits for an SDK's lock as the worker does.</summary>
    public static async Task<int> RunAsync(CommandLine line, CommandContext context, CancellationToken cancellationToken)
    {
        await using var access = await CacheAccess.OpenAsync(context, cancellationToken);
        if (access is null)
        {
            return ExitCodes.WrongConfiguration;
        }

        var cache = new ScriptedCache(access.Redis, access.Settings, context.Time, Random.Shared.NextDouble);
        var wasThere = await cache.ContainsAsync(line.Customer, cancellationToken);
        await cache.ApplyAsync(new Purge(MessageType.CachePurge, [line.Customer]), cancellationToken);
        if (line.Json)
        {
            await context.Output.WriteLineAsync(JsonResult.Object(json =>
            {
                json.WriteString("customerId", line.CustomerId);
                json.WriteString("resourceId", line.ResourceId);
                json.WriteString("environmentPrefix", access.Settings.EnvironmentPrefix);
                json.WriteBoolean("wasCached", wasThere);
            }));
            return ExitCodes.Stopped;
        }

        var whom = line.ResourceId is null ? line.CustomerId : $"{line.CustomerId}, resource {line.ResourceId},";
        await context.Output.WriteLineAsync(wasThere
            ? $"{whom} is purged from {access.Settings.EnvironmentPrefix}: readers fetch the entitlements again at their next request."
            : $"{whom} was not cached in {access.Settings.EnvironmentPrefix}.");
        return ExitCodes.Stopped;
    }
}
