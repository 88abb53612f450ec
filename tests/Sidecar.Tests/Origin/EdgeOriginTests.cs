using EntitlementCache.EdgeApi;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Model;
using Sidecar.Observability;
using Sidecar.Origin;
using TestKit;
using TestKit.EdgeApi;

namespace Sidecar.Tests.Origin;

public sealed class EdgeOriginTests : IAsyncLifetime
{
    private static readonly EntityId Acme = new("acme", null);

    private readonly ManualTimeProvider _time = new();
    private readonly EdgeBreaker _breaker;
    private FakeEdgeApi _edge = null!;
    private EdgeHttp _http = null!;
    private FetchSlots _slots = null!;
    private EdgeOrigin _origin = null!;

    public EdgeOriginTests() => _breaker = new EdgeBreaker(_time, static () => 0.5);

    public async Task InitializeAsync()
    {
        _edge = await FakeEdgeApi.StartAsync();
        _http = new EdgeHttp(new EdgeApiSettings { Url = new Uri(_edge.Url), ApiKey = new Secret(_edge.ApiKey), Timeout = TimeSpan.FromSeconds(10), Concurrency = 2 }, _time);
        _slots = new FetchSlots(2, TimeSpan.FromSeconds(10), _time, NullLogger<FetchSlots>.Instance);
        var health = new EdgeHealth(_breaker, _time, NullLogger<EdgeHealth>.Instance);
        _origin = new EdgeOrigin(_http, _breaker, health, new StateRendering(CacheLayout.V3, "CREDIT:"), new SidecarMetrics(), _slots, _time);
    }

    public async Task DisposeAsync()
    {
        _slots.Dispose();
        _http.Dispose();
        await _edge.DisposeAsync();
    }

    [Fact]
    public async Task No_more_calls_at_once_than_configured()
    {
        _edge.Answer = EdgeAnswer.Slow(TimeSpan.FromMilliseconds(50));

        var states = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => _origin.FetchAsync(new EntityId($"c{i}", null), default)));

        Assert.All(states, Assert.NotNull);
        Assert.Equal(2, _edge.MostInFlight);
    }

    [Fact]
    public async Task When_too_many_wait_the_rest_is_not_asked_for()
    {
        _edge.Answer = EdgeAnswer.Hang;
        using var end = new CancellationTokenSource();
        var fetches = Enumerable.Range(0, 2 + (2 * FetchSlots.WaitersPerSlot)).Select(i => _origin.FetchAsync(new EntityId($"c{i}", null), end.Token)).ToArray();

        Assert.Null(await _origin.FetchAsync(Acme, end.Token));

        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(fetches));
        Assert.Equal(0, _edge.CallsFor("acme"));
    }

    /// <summary>A breaker that never learns how a probe ended would keep every later call from the API.</summary>
    [Fact]
    public async Task A_probe_that_fails_unexpectedly_leaves_room_for_the_next()
    {
        _breaker.Failed(atOnce: true, retryAfter: null);
        _time.Advance(EdgeBreaker.FirstPause);
        _http.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => _origin.FetchAsync(Acme, default));

        Assert.Equal(TimeSpan.Zero, _breaker.Remaining);
    }
}
