using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Sidecar.Tests.Caching;
using Stigg.Sidecar.V1;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Processes;

namespace Sidecar.Tests.Processes;

public sealed class ProcessTests : IAsyncLifetime
{
    private static readonly GetBooleanEntitlementRequest Question = new() { CustomerId = "acme", FeatureId = "sso" };

    private FakeEdgeApi _edge = null!;

    public async Task InitializeAsync() => _edge = await FakeEdgeApi.StartAsync();

    public async Task DisposeAsync() => await _edge.DisposeAsync();

    [Fact]
    public async Task Wrong_settings_end_it_with_78_naming_the_variables_and_no_value()
    {
        await using var sidecar = await SidecarProcess.LaunchAsync(
            ("SERVER_API_KEY", "\"quoted-secret\""), ("EDGE_API_URL", "https://user:hidden@edge"), ("WS_URL", "https://hidden"), ("REDIS_ENVIRONMENT_PREFIX", "p"),
            ("REDIS_HOST", "redis://hidden@host"), ("REDIS_PASSWORD_FILE", "/hidden/file"), ("LOG_LEVEL", "loud"), ("EDGE_ENABLED", "maybe"));

        Assert.Equal(78, await sidecar.WaitForExitAsync());

        var lines = sidecar.Log.Select(static line => (string)line["msg"]!).ToArray();
        foreach (var name in (string[])["SERVER_API_KEY", "EDGE_API_URL", "WS_URL", "REDIS_HOST", "REDIS_PASSWORD_FILE", "LOG_LEVEL", "EDGE_ENABLED"])
        {
            Assert.Contains(lines, line => line.StartsWith($"Wrong setting: {name} ", StringComparison.Ordinal));
        }

        Assert.DoesNotContain("secret", sidecar.Printed, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", sidecar.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_has_the_workers_form_and_its_keys_can_be_named()
    {
        await using var sidecar = await SidecarProcess.StartAsync(("OFFLINE", "1"), ("LOG_MESSAGE_KEY", "message"));

        await Eventually.HoldsAsync(() => sidecar.Log.Any(static line => (string?)line["message"] == "Sidecar is ready"), "the line that parents wait for");
        Assert.All(sidecar.Log, static line => Assert.True(line["level"] is not null && line["time"] is not null && line["pid"] is not null));
    }

    [Fact]
    public async Task A_refused_key_is_told_and_counted_and_reads_are_answered()
    {
        await using var sidecar = await SidecarProcess.StartAsync(("SERVER_API_KEY", "wrong"), ("EDGE_API_URL", _edge.Url));

        var answer = await sidecar.Client.GetBooleanEntitlementAsync(Question);

        Assert.Equal((false, true), (answer.HasAccess, answer.IsFallback));

        // The first attempt to initialize may take longer than the call, and further ones follow.
        await Eventually.HoldsAsync(
            async () => await sidecar.CounterAsync("sidecar_initialization_errors_total") is var attempts and > 0
                && await sidecar.CounterAsync("sidecar_invalid_api_key_errors_total") == attempts + 1,
            "every attempt and the call are counted");
        await Eventually.HoldsAsync(
            () => sidecar.Log.Any(static line => ((string)line["msg"]!).StartsWith("Initialization failed: Unauthorized", StringComparison.Ordinal)), "it is told");
    }

    [Fact]
    public async Task An_Edge_API_that_hangs_keeps_it_neither_from_being_alive_nor_from_becoming_ready()
    {
        _edge.ConfigurationAnswer = EdgeAnswer.Hang;
        await using var sidecar = await SidecarProcess.LaunchAsync(("SERVER_API_KEY", _edge.ApiKey), ("EDGE_API_URL", _edge.Url));

        await Eventually.HoldsAsync(() => sidecar.Log.Any(static line => (string?)line["msg"] == "Sidecar is ready"), "it listens");
        Assert.Equal("""{"status":"UP"}""", await sidecar.Http.GetStringAsync(new Uri("/livez", UriKind.Relative)));
        await Eventually.HoldsAsync(sidecar.IsReadyAsync, "it is ready");
    }

    [Fact]
    public async Task The_remote_configuration_says_where_errors_are_reported()
    {
        _edge.SentryDsn = "https://key@sentry.example/42";
        await using var sidecar = await SidecarProcess.StartAsync(("SERVER_API_KEY", _edge.ApiKey), ("EDGE_API_URL", _edge.Url));

        await Eventually.HoldsAsync(
            () => sidecar.Log.Any(static line => (string?)line["msg"] == "Errors are reported to Sentry at sentry.example, project 42"), "error reports are on");
    }

    [Fact]
    public async Task A_stop_lets_calls_in_flight_end_and_takes_no_new_ones()
    {
        await using var sidecar = await SidecarProcess.StartAsync(("SERVER_API_KEY", _edge.ApiKey), ("EDGE_API_URL", _edge.Url));
        _edge.Answer = EdgeAnswer.Slow(TimeSpan.FromSeconds(1));

        var call = sidecar.Client.GetBooleanEntitlementAsync(Question).ResponseAsync;
        await Eventually.HoldsAsync(() => _edge.CallsFor("acme") == 1, "the call is in flight");
        sidecar.Send(Signal.Terminate);

        Assert.Equal(AccessDeniedReason.CustomerNotFound, (await call).AccessDeniedReason);
        Assert.Equal(0, await sidecar.WaitForExitAsync());
        var failure = await Assert.ThrowsAsync<RpcException>(async () => await sidecar.Client.GetBooleanEntitlementAsync(Question));
        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
    }

    [Fact]
    public async Task Clients_that_ask_for_its_health_or_watch_it_are_told_of_a_stop_at_once_and_the_log_has_no_error()
    {
        await using var sidecar = await SidecarProcess.StartAsync(("SERVER_API_KEY", _edge.ApiKey), ("EDGE_API_URL", _edge.Url), ("SHUTDOWN_DELAY_IN_SECS", "60"));
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{sidecar.Port}");
        var health = new Grpc.Health.V1.Health.HealthClient(channel);
        using var watch = health.Watch(new HealthCheckRequest());
        while (await NextAsync(watch) != HealthCheckResponse.Types.ServingStatus.Serving)
        {
        }

        sidecar.Send(Signal.Terminate);

        var told = await NextAsync(watch);
        while (told == HealthCheckResponse.Types.ServingStatus.Serving)
        {
            told = await NextAsync(watch);
        }

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, told);
        await Eventually.HoldsAsync(
            async () => (await health.CheckAsync(new HealthCheckRequest())).Status == HealthCheckResponse.Types.ServingStatus.NotServing, "who asks is told, too");
        Assert.DoesNotContain(sidecar.Log, static line => (int)line["level"]! >= 50);
    }

    [Fact]
    public async Task A_stop_still_takes_calls_while_it_is_not_ready_any_more()
    {
        await using var sidecar = await SidecarProcess.StartAsync(("SERVER_API_KEY", _edge.ApiKey), ("EDGE_API_URL", _edge.Url), ("SHUTDOWN_DELAY_IN_SECS", "10"));
        sidecar.Send(Signal.Terminate);
        await Eventually.HoldsAsync(async () => !await sidecar.IsReadyAsync(), "it is not ready any more");

        // The first call opens the connection.
        Assert.Equal(AccessDeniedReason.CustomerNotFound, (await sidecar.Client.GetBooleanEntitlementAsync(Question)).AccessDeniedReason);
        Assert.Equal(0, await sidecar.WaitForExitAsync());
    }

    [SkippableFact]
    public async Task Redis_takes_the_password_of_a_file()
    {
        _edge.Store("acme", null, JsonNode.Parse(RedisConnectionTests.Seats)!.AsArray());
        await using var redis = await RedisServer.StartAsync("--requirepass", "secret");
        using var file = new TemporaryFile("secret\n");
        await using var sidecar = await SidecarProcess.StartAsync(
            ("SERVER_API_KEY", _edge.ApiKey), ("EDGE_API_URL", _edge.Url), ("REDIS_ENVIRONMENT_PREFIX", "p"), ("REDIS_HOST", redis.Host),
            ("REDIS_PORT", redis.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("REDIS_PASSWORD_FILE", file.Path));

        // It is ready after 3 s without a connection, too: what is read until then is not stored.
        await Eventually.HoldsAsync(
            async () =>
            {
                await sidecar.Client.GetBooleanEntitlementAsync(Question);
                return await redis.CliAsync("-a", "secret", "--no-auth-warning", "EXISTS", "p:c_acme") == "1";
            },
            "a miss is stored in Redis");
    }

    private static async Task<HealthCheckResponse.Types.ServingStatus> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        return watch.ResponseStream.Current.Status;
    }

    private sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(string content) => File.WriteAllText(Path, content);

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
