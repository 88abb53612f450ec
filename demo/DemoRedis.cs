using TestKit;
using TestKit.Engines;

namespace Demo;

/// <summary>The Redis of the demonstration: a private redis-server, or Garnet in this process where that is missing (macOS, no root).</summary>
internal sealed class DemoRedis : IAsyncDisposable
{
    private readonly RedisServer? _redis;
    private readonly EmbeddedGarnet? _garnet;

    private DemoRedis(RedisServer? redis, EmbeddedGarnet? garnet)
    {
        _redis = redis;
        _garnet = garnet;
    }

    public bool IsGarnet => _garnet is not null;

    /// <summary>Name, and Garnet's version.</summary>
    public string Engine => IsGarnet ? $"Garnet {EmbeddedGarnet.Version}" : "redis-server";

    public string Host => _garnet?.Host ?? _redis!.Host;

    public int Port => _garnet?.Port ?? _redis!.Port;

    public static async Task<DemoRedis> StartAsync() =>
        Prerequisite.RedisServer.IsPresent ? new DemoRedis(await RedisServer.StartAsync(), null) : new DemoRedis(null, EmbeddedGarnet.Start());

    public async ValueTask DisposeAsync()
    {
        _garnet?.Dispose();
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }
    }
}
