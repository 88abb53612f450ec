using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TestKit;
using TestKit.Faults;
using TestKit.ScriptedRedisServer;

namespace PersistentCacheService.Redis.Tests;

/// <summary>Clients for tests.</summary>
internal static class RedisClients
{
    private static readonly TimeSpan ReadyDeadline = TimeSpan.FromSeconds(20);

    /// <summary>Options for a server of the test kit.</summary>
    public static RedisOptions For(RedisServer server) => new() { Host = server.Host, Port = server.Port };

    /// <summary>Options for a scripted server.</summary>
    public static RedisOptions For(ScriptedRedis server) => new() { Host = server.Host, Port = server.Port };

    /// <summary>Options for a server behind a proxy.</summary>
    public static RedisOptions For(FaultProxy proxy) => new() { Host = proxy.Host, Port = proxy.Port };

    /// <summary>A started client.</summary>
    public static RedisClient Start(RedisOptions options, ILogger<RedisClient>? logger = null, IRedisObserver? observer = null)
    {
        var client = new RedisClient(options, TimeProvider.System, logger ?? NullLogger<RedisClient>.Instance, observer);
        client.Start();
        return client;
    }

    /// <summary>A started client that is Ready.</summary>
    public static async Task<RedisClient> ConnectAsync(RedisOptions options, ILogger<RedisClient>? logger = null, IRedisObserver? observer = null)
    {
        var client = Start(options, logger, observer);
        await client.ReadyAsync();
        return client;
    }

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
    public static Task FailsWithAsync(this RedisClient client, RedisErrorKind kind) =>
        Eventually.HoldsAsync(() => client.Status.LastErrorKind == kind, $"the client's last error is {kind}");

    /// <summary>Waits until the client is not Ready any more.</summary>
    public static Task LeavesReadyAsync(this RedisClient client) =>
        Eventually.HoldsAsync(() => client.State != RedisConnectionState.Ready, "the client leaves Ready");

    /// <summary>Runs a plain command of text arguments.</summary>
    public static async Task<RedisReply> RunAsync(this RedisClient client, string name, params string[] arguments)
    {
        using var command = RedisCommand.Create(System.Text.Encoding.ASCII.GetBytes(name));
        foreach (var argument in arguments)
        {
            command.Add(argument);
        }

        return await client.ExecuteAsync(command);
    }

    /// <summary>Runs a plain command that must fail, and returns how.</summary>
    public static Task<RedisException> FailAsync(this RedisClient client, string name, params string[] arguments) =>
        Assert.ThrowsAsync<RedisException>(() => client.RunAsync(name, arguments));
}
