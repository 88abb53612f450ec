using EntitlementCache.EdgeApi;
using EntitlementCache.Observability.Errors;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Health;
using Sidecar.Observability;
using TestKit;
using TestKit.EdgeApi;

namespace Sidecar.Tests.Health;

public sealed class InitializationTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private readonly Readiness _readiness = new();
    private FakeEdgeApi _edge = null!;
    private EdgeHttp _http = null!;
    private ErrorReports _reports = null!;
    private Initialization _initialization = null!;

    public async Task InitializeAsync()
    {
        _edge = await FakeEdgeApi.StartAsync();
        _http = new EdgeHttp(new EdgeApiSettings { Url = new Uri(_edge.Url), ApiKey = new Secret(_edge.ApiKey), Timeout = TimeSpan.FromSeconds(10), Concurrency = 1 }, _time);
        _reports = new ErrorReports(new EventFilter(new Scrubber([]), _time), "1.0.0", "test", isDisabled: true);
        _initialization = new Initialization(
            _http, new SentrySettings { Disabled = true, Environment = "test" }, _reports, new InitializationSignals(_readiness, new SidecarMetrics()), _time,
            NullLogger<Initialization>.Instance);
    }

    public async Task DisposeAsync()
    {
        await _initialization.StopAsync(CancellationToken.None);
        _initialization.Dispose();
        _reports.Dispose();
        _http.Dispose();
        await _edge.DisposeAsync();
    }

    [Fact]
    public async Task It_is_ready_as_soon_as_the_key_is_taken()
    {
        await _initialization.StartAsync(CancellationToken.None);

        await Eventually.HoldsAsync(() => _readiness.IsReady, "it is ready");
    }

    [Fact]
    public async Task It_is_not_ready_before_the_first_attempt_has_ended_or_has_taken_3_s()
    {
        _edge.ConfigurationAnswer = EdgeAnswer.Hang;
        await _initialization.StartAsync(CancellationToken.None);

        await Eventually.HoldsAsync(() => _edge.Calls.Count == 1 && _time.WaitingTimers == 2, "the call hangs, with a deadline of its own, and readiness waits for it");
        Assert.False(_readiness.IsReady);
        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(_readiness.IsReady);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await Eventually.HoldsAsync(() => _readiness.IsReady, "it is ready");
    }
}
