using System.Text;
using EntitlementCache.EdgeApi;
using EntitlementCache.Messages;
using EntitlementCache.Observability;
using EntitlementCache.Settings;
using PersistentCacheService.Observability;
using TestKit;
using TestKit.EdgeApi;

namespace PersistentCacheService.Tests.EdgeApi;

/// <summary>The worker's client and a real HTTP server that it asks.</summary>
internal sealed class EdgeHarness : IAsyncDisposable
{
    private EdgeHarness(FakeEdgeApi server, string? key, TimeSpan timeout)
    {
        Server = server;
        var settings = new EdgeApiSettings { Url = new Uri(server.Url), ApiKey = new Secret(key ?? server.ApiKey), Timeout = timeout, Concurrency = 2 };
        Http = new EdgeHttp(settings, TimeProvider.System);
        Breaker = new EdgeBreaker(TimeProvider.System, static () => 0.5);
        Health = new EdgeHealth(Breaker, TimeProvider.System, Logs.Logger<EdgeHealth>());
        Client = new EdgeApiClient(settings, Http, Breaker, Health, new EdgeMetrics(new MetricsPage()), TimeProvider.System, static () => 0.5);
    }

    public FakeEdgeApi Server { get; }

    public EdgeHttp Http { get; }

    public EdgeBreaker Breaker { get; }

    public EdgeHealth Health { get; }

    public EdgeApiClient Client { get; }

    public CapturedLogs Logs { get; } = new();

    public ServiceMetrics Metrics { get; } = new(new MetricsPage());

    public static async Task<EdgeHarness> StartAsync(string? key = null, TimeSpan? timeout = null)
    {
        var harness = new EdgeHarness(await FakeEdgeApi.StartAsync(), key, timeout ?? TimeSpan.FromSeconds(20));
        harness.Server.Store("customer-1", null, []);
        return harness;
    }

    /// <summary>Asks for customer-1.</summary>
    public Task<FetchedState> FetchAsync(Func<EdgeAsk>? sending = null, CancellationToken stopping = default) => Client.FetchAsync(
        new CustomerIdentity(Encoding.UTF8.GetBytes("customer-1"), default), sending ?? (static () => new EdgeAsk(7)), stopping, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Http.Dispose();
        Logs.Dispose();
        await Server.DisposeAsync();
    }
}
