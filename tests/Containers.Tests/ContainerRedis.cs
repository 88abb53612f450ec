using Testcontainers.Redis;
using TestKit.Invariants;

namespace Containers.Tests;

/// <summary>A Redis in a container of its own.</summary>
internal sealed class ContainerRedis
{
    private ContainerRedis(RedisContainer container, int port)
    {
        Container = container;
        Port = port;
    }

    /// <summary>Stops, starts, freezes.</summary>
    public RedisContainer Container { get; }

    /// <summary>Host name to connect to.</summary>
    public string Host => Container.Hostname;

    /// <summary>TCP port on that host; stays the same over a restart.</summary>
    public int Port { get; }

    /// <summary>Sees that it keeps nothing on disk, whatever its image would.</summary>
    public static async Task<ContainerRedis> ConnectAsync(RedisContainer container, int port)
    {
        var redis = new ContainerRedis(container, port);
        await redis.ExecuteAsync("CONFIG", "SET", "save", "");
        return redis;
    }

    /// <summary>A connection.</summary>
    public Task<RedisReader> OpenAsync() => RedisReader.ConnectAsync(Host, Port);

    /// <summary>Executes one command.</summary>
    public async Task ExecuteAsync(params string[] command)
    {
        using var reader = await OpenAsync();
        await reader.ExecuteAsync(command);
    }
}
