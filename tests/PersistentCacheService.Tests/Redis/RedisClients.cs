using System.Collections.Concurrent;
using System.Text;
using EntitlementCache.Observability;
using EntitlementCache.Redis;
using EntitlementCache.Redis.Access;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using TestKit;
using TestKit.Faults;
using TestKit.ScriptedRedisServer;

namespace PersistentCacheService.Tests.Redis;

/// <summary>Clients for tests.</summary>
internal static class RedisClients
{
    private static readonly RedisScript Set = new("set", "redis.call('SET', KEYS[1], ARGV[1]) return 1");
    private static readonly TimeSpan ReadyDeadline = TimeSpan.FromSeconds(20);

    /// <summary>Options for a server of the test kit.</summary>
    public static RedisSettings For(RedisServer server) => new() { Host = server.Host, Port = server.Port };

    /// <summary>Options for a scripted server.</summary>
    public static RedisSettings For(ScriptedRedis server) => new() { Host = server.Host, Port = server.Port };

    /// <summary>Options for a server behind a proxy.</summary>
    public static RedisSettings For(FaultProxy proxy) => new() { Host = proxy.Host, Port = proxy.Port };

    /// <summary>A started client.</summary>
    public static RedisClient Start(RedisSettings settings, ILogger<RedisClient>? logger = null, RedisMetrics? metrics = null)
    {
        var client = new RedisClient(settings, TimeProvider.System, static () => 0.5, logger ?? NullLogger<RedisClient>.Instance, metrics);
        client.Start();
        return client;
    }

    /// <summary>A started client that is Ready.</summary>
    public static async Task<RedisClient> ConnectAsync(RedisSettings settings, ILogger<RedisClient>? logger = null, RedisMetrics? metrics = null)
    {
        var client = Start(settings, logger, metrics);
        await client.ReadyAsync();
        return client;
    }

    /// <summary>One connection, without a client that replaces it.</summary>
    public static Task<RedisConnection> AttemptAsync(RedisSettings settings) =>
        new ConnectionAttempt(settings, new RedisLogin(settings, credentials: null, TimeProvider.System), TimeProvider.System, metrics: null)
            .RunAsync(CancellationToken.None);

    /// <summary>Waits until the client is Ready; fails with its status when that takes too long.</summary>
    public static async Task ReadyAsync(this RedisClient client)
    {
        try
        {
            await client.WaitUntilReadyAsync().WaitAsync(ReadyDeadline);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"The client did not become Ready: {client.Status}", exception);
        }
    }

    /// <summary>Waits until a connection or an attempt to connect ended with the given kind of error.</summary>
    public static Task FailsWithAsync(this RedisClient client, RedisFailureKind kind) =>
        Eventually.HoldsAsync(() => client.Status.LastFailure?.Kind == kind, $"the client's last error is {kind}");

    /// <summary>Collects the kinds of failure that the client shows from now on; the status itself keeps only the last one.</summary>
    public static ConcurrentQueue<RedisFailureKind> Failures(this RedisClient client)
    {
        var kinds = new ConcurrentQueue<RedisFailureKind>();
        client.StatusChanged += status =>
        {
            if (status.LastFailure is { } failure)
            {
                kinds.Enqueue(failure.Kind);
            }
        };
        return kinds;
    }

    /// <summary>Waits until the client is not Ready any more.</summary>
    public static Task LeavesReadyAsync(this RedisClient client) =>
        Eventually.HoldsAsync(() => client.State != RedisConnectionState.Ready, "the client leaves Ready");

    /// <summary>Does what makes the client lose its connection, and waits until it has; it may have the next one by then.</summary>
    public static async Task LosesConnectionAsync(this RedisClient client, Func<Task> by)
    {
        var failures = client.Failures();
        await by();
        await Eventually.HoldsAsync(() => !failures.IsEmpty, "the client loses its connection");
    }

    /// <summary>Runs a plain command of text arguments.</summary>
    public static async Task<RedisResult> RunAsync(this RedisClient client, string name, params string[] arguments) =>
        await client.ExecuteAsync(name, [.. arguments]);

    /// <summary>Runs a plain command that must fail, and returns how.</summary>
    public static Task<RedisFailureException> FailAsync(this RedisClient client, string name, params string[] arguments) =>
        Assert.ThrowsAsync<RedisFailureException>(() => client.RunAsync(name, arguments));

    /// <summary>Sets a key from a script, as the worker does.</summary>
    public static async Task SetAsync(this RedisClient client, string key, string value)
    {
        using var call = new ScriptCall(Set).AddKey(key).Add(Encoding.UTF8.GetBytes(value));
        using var reply = await client.EvaluateAsync(call);
        Assert.Equal(1, reply.ReadScalar().ReadInt64());
    }

    /// <summary>Sets a key, which must fail, and returns how.</summary>
    public static Task<RedisFailureException> SetFailsAsync(this RedisClient client, string key = "k") =>
        Assert.ThrowsAsync<RedisFailureException>(() => client.SetAsync(key, "v"));

    /// <summary>The value of a key, null when there is none.</summary>
    public static async Task<string?> GetAsync(this RedisClient client, string key) => (string?)(await client.RunAsync("MGET", key))[0];
}
