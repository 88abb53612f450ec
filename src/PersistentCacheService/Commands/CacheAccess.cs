using EntitlementCache.Redis;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Commands;

/// <summary>A command's way to the cache: a connection that is there at once or not at all.</summary>
/// <param name="redis">The connection; closed with this.</param>
/// <param name="settings">Prefix and layout.</param>
/// <param name="server">Host, port and database, for people.</param>
internal sealed class CacheAccess(RedisClient redis, CacheSettings settings, string server) : IAsyncDisposable
{
    /// <summary>The connection, Ready.</summary>
    public RedisClient Redis => redis;

    /// <summary>Prefix and layout.</summary>
    public CacheSettings Settings => settings;

    /// <summary>Host, port and database.</summary>
    public string Server => server;

    /// <summary>Reads the settings that the cache takes, and connects. Null: they are wrong, which is printed.</summary>
    /// <exception cref="RedisFailureException">The first attempt failed.</exception>
    public static async Task<CacheAccess?> OpenAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (cache, redis, problems) = SettingsReader.ReadCacheAccess(context.Environment);
        if (problems.Count == 0)
        {
            return await ConnectAsync(cache, redis, context.Time, cancellationToken);
        }

        foreach (var problem in problems)
        {
            await context.Errors.WriteLineAsync(problem);
        }

        return null;
    }

    /// <summary>Connects: one attempt, whose failure is the result; an operator waits.</summary>
    /// <exception cref="RedisFailureException">The attempt failed.</exception>
    public static async Task<CacheAccess> ConnectAsync(CacheSettings cache, RedisSettings redis, TimeProvider time, CancellationToken cancellationToken)
    {
        var client = new RedisClient(redis, time, Random.Shared.NextDouble, NullLogger<RedisClient>.Instance);
        try
        {
            var attempted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            client.StatusChanged += status =>
            {
                if (status is { State: RedisConnectionState.Ready } or { State: RedisConnectionState.Disconnected, LastFailure: not null })
                {
                    attempted.TrySetResult();
                }
            };
            client.Start();
            await attempted.Task.WaitAsync(cancellationToken);
            if (client.Status is { State: not RedisConnectionState.Ready, LastFailure: { } failure })
            {
                throw new RedisFailureException(failure.Kind, failure.Message, failure);
            }

            return new CacheAccess(client, cache, $"{redis.Address}/{redis.Database}");
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => redis.DisposeAsync();
}
