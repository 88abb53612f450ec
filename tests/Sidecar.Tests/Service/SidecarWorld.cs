using System.Globalization;
using Stigg.Sidecar.V1;
using TestKit;
using TestKit.EdgeApi;

namespace Sidecar.Tests.Service;

/// <summary>A Sidecar with all that it stands on, each a real server of the test's own: Redis, Stigg's Edge API and its GraphQL API.</summary>
internal sealed class SidecarWorld : IAsyncDisposable
{
    /// <summary>First part of every key.</summary>
    public const string Prefix = "test";

    private SidecarWorld(RedisServer redis, FakeEdgeApi edge, FakeApi api, RunningSidecar sidecar) => (Redis, Edge, Api, Sidecar) = (redis, edge, api, sidecar);

    /// <summary>The cache.</summary>
    public RedisServer Redis { get; }

    /// <summary>Where misses ask.</summary>
    public FakeEdgeApi Edge { get; }

    /// <summary>Where writes go.</summary>
    public FakeApi Api { get; }

    /// <summary>The Sidecar.</summary>
    public RunningSidecar Sidecar { get; }

    /// <summary>Starts everything. Skips the test (fails in CI) when redis-server is not installed.</summary>
    /// <param name="settings">Further variables of the Sidecar.</param>
    public static async Task<SidecarWorld> StartAsync(params (string Name, string Value)[] settings)
    {
        var redis = await RedisServer.StartAsync();
        var edge = await FakeEdgeApi.StartAsync();
        var api = await FakeApi.StartAsync();
        var sidecar = await RunningSidecar.StartAsync(
        [
            ("SERVER_API_KEY", edge.ApiKey), ("EDGE_API_URL", edge.Url), ("API_URL", api.Url), ("REDIS_ENVIRONMENT_PREFIX", Prefix), ("REDIS_HOST", redis.Host),
            ("REDIS_PORT", redis.Port.ToString(CultureInfo.InvariantCulture)), .. settings,
        ]);
        return new SidecarWorld(redis, edge, api, sidecar);
    }

    /// <summary>Asks for the seats of a customer.</summary>
    public async Task<GetMeteredEntitlementResponse> AskAsync(string customer) =>
        await Sidecar.Client.GetMeteredEntitlementAsync(new GetMeteredEntitlementRequest { CustomerId = customer, FeatureId = "seats" });

    /// <summary>Whether a read of these seats is answered by what Stigg said.</summary>
    public async Task<bool> IsKnownAsync(string customer) => await AskAsync(customer) is { HasAccess: true, IsFallback: false };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Sidecar.DisposeAsync();
        await Api.DisposeAsync();
        await Edge.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
