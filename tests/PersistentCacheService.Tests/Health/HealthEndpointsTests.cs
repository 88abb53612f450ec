using System.Net;
using EntitlementCache.EdgeApi;
using EntitlementCache.Redis;
using EntitlementCache.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PersistentCacheService.Applying;
using PersistentCacheService.Health;
using PersistentCacheService.Queue;
using PersistentCacheService.Settings;
using TestKit;

namespace PersistentCacheService.Tests.Health;

/// <summary>The probes over real HTTP; no Redis and no queue are there, which liveness must not mind.</summary>
public sealed class HealthEndpointsTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private readonly CapturedLogs _logs = new();
    private readonly RedisClient _redis;
    private readonly WriteGate _gate;
    private readonly ConsumerBoard _board;
    private readonly WebApplication _app;
    private readonly ShutdownPhases _phases;
    private readonly HttpClient _http = new();

    public HealthEndpointsTests()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        _app = builder.Build();
        _board = new ConsumerBoard(
            new QueueSettings { Region = "r", Url = new Uri("https://host/1/q"), BatchSize = 1, Consumers = 2, MaxInFlight = 4, WaitTime = TimeSpan.FromSeconds(20) }, _time);
        _redis = new RedisClient(new RedisSettings { Host = "localhost", Port = 6379 }, _time, static () => 0.5, _logs.Logger<RedisClient>());
        _gate = new WriteGate(_redis, new CacheSettings("production", 60, CacheUpdatePolicy.Upsert, CacheLayout.V3, 1), _time, static () => 0.5, _logs.Logger<WriteGate>());
        _phases = new ShutdownPhases(_app.Services.GetRequiredService<IHostApplicationLifetime>(), _time);
        _app.MapHealth(_board, new Readiness(
            _gate, new QueueHealth(_time, _logs.Logger<QueueHealth>()), new EdgeHealth(new EdgeBreaker(_time, static () => 0.5), _time, _logs.Logger<EdgeHealth>()), _board, _phases));
    }

    public async Task InitializeAsync()
    {
        await _app.StartAsync();
        _http.BaseAddress = new Uri(_app.Urls.First());
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        _phases.Dispose();
        _gate.Dispose();
        await _redis.DisposeAsync();
        _logs.Dispose();
    }

    [Fact]
    public async Task Livez_is_up_without_Redis_and_down_when_a_loop_fell_silent()
    {
        Assert.Equal((HttpStatusCode.OK, """{"status":"UP"}"""), await GetAsync("/livez"));

        _time.Advance(_board.LongestSilence);
        _board.Beat(0);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, """{"status":"DOWN","reason":"a consumer sent no heartbeat for 80 s"}"""), await GetAsync("/livez"));

        _board.Beat(1);
        Assert.Equal((HttpStatusCode.OK, """{"status":"UP"}"""), await GetAsync("/livez"));
    }

    [Fact]
    public async Task Readyz_is_down_in_the_documented_form_while_Redis_is_not_connected() => Assert.Equal(
        (HttpStatusCode.ServiceUnavailable, """{"status":"DOWN","consumers":0,"redis":"DISCONNECTED","queue":"DISCONNECTED","edgeApi":"UNKNOWN","reason":"NotConnected"}"""),
        await GetAsync("/readyz"));

    [Theory]
    [InlineData("/livez", HttpStatusCode.OK)]
    [InlineData("/readyz", HttpStatusCode.ServiceUnavailable)]
    public async Task Head_has_the_status_and_the_headers_of_get_and_no_body(string path, HttpStatusCode expected)
    {
        using var got = await _http.GetAsync(path);
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var headed = await _http.SendAsync(request);

        Assert.Equal((expected, expected), (got.StatusCode, headed.StatusCode));
        Assert.Equal((await got.Content.ReadAsByteArrayAsync()).Length, headed.Content.Headers.ContentLength);
        Assert.Empty(await headed.Content.ReadAsByteArrayAsync());
        Assert.Equal(Described(got), Described(headed));
    }

    private static string Described(HttpResponseMessage response) => $"{response.Content.Headers.ContentType} {response.Headers.CacheControl}";

    private async Task<(HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        using var response = await _http.GetAsync(path);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
