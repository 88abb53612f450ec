using TestKit;
using TestKit.Credentials;
using TestKit.Proxies;

namespace PersistentCacheService.IntegrationTests;

/// <summary>A worker in a network that is left through a proxy only. The names end in <c>.proxied.test</c>, which no DNS knows: the proxy alone does.</summary>
public sealed class ProxyTests : IAsyncLifetime
{
    private readonly OutboundWorld _world = new();
    private readonly TestCertificates _certificates = TestCertificates.Create();
    private readonly ForwardProxy _proxy = ForwardProxy.Start();
    private readonly List<TlsFront> _fronts = [];

    public Task InitializeAsync() => _world.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        foreach (var front in _fronts)
        {
            await front.DisposeAsync();
        }

        await _world.DisposeAsync();
        _certificates.Dispose();
    }

    [SkippableTheory]
    [InlineData("http/protobuf")]
    [InlineData("grpc")]
    public async Task SQS_STS_Edge_API_Sentry_and_OTLP_are_reached_through_its_tunnels(string protocol)
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var collector = await OtlpReceiver.StartAsync(protocol == "grpc");
        Behind("otlp", collector.Url, isHttp2: protocol == "grpc");
        var environment = (await EnvironmentAsync(redis, static (name, _) => $"https://{name}.proxied.test")).With(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://otlp.proxied.test"), ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol), ("OTEL_METRIC_EXPORT_INTERVAL", "200"));

        _world.RefuseRole();
        await using var worker = await WorkerProcess.StartAsync(environment);
        await _world.WorksAsync(worker);
        await worker.WaitAsync(() => Task.FromResult(collector.Names.Count > 0), "the collector has metrics");

        foreach (var name in (string[])["sqs", "sts", "edge", "sentry", "otlp"])
        {
            Assert.Contains($"CONNECT {name}.proxied.test:443", _proxy.Requests);
        }
    }

    [SkippableTheory]
    [InlineData("user:pass-5c", 0)]
    [InlineData("user:wrong-5c", 78)]
    public async Task Its_password_is_shown_to_it_and_to_nobody_else(string login, int exitCode)
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        _proxy.Login = "user:pass-5c";
        var environment = (await EnvironmentAsync(redis, static (name, _) => $"https://{name}.proxied.test")).With(
            ("HTTPS_PROXY", _proxy.Url.Replace("://", $"://{login}@", StringComparison.Ordinal)));

        var run = await WorkerProcess.RunAsync(environment, "check");

        Assert.True(run.ExitCode == exitCode, run.Printed);
        Assert.DoesNotContain("-5c", run.Printed, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_NO_PROXY_names_is_called_directly()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        var environment = (await EnvironmentAsync(redis, static (_, front) => front.Url)).With(("NO_PROXY", "example.com,127.0.0.1"));

        _world.RefuseRole();
        await using var worker = await WorkerProcess.StartAsync(environment);
        await _world.WorksAsync(worker);

        Assert.Empty(_proxy.Requests);
    }

    [SkippableTheory]
    [InlineData("AWS_CONTAINER_CREDENTIALS_FULL_URI", CredentialServer.ContainerPath)]
    [InlineData("AWS_EC2_METADATA_SERVICE_ENDPOINT", "")]
    public async Task Plain_http_goes_through_HTTP_PROXY_and_the_sources_of_credentials_on_the_node_do_not(string source, string path)
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        _proxy.Route("sqs.proxied.test", _world.Sqs.ServiceUrl);
        _proxy.Route("edge.proxied.test", _world.Edge.Url);
        var environment = WorkerEnvironment.For("http://sqs.proxied.test/000000000000/q", redis).With(
            ("HTTP_PROXY", _proxy.Url), ("SERVER_API_KEY", _world.Edge.ApiKey), ("EDGE_API_URL", "http://edge.proxied.test"),
            ("AWS_ACCESS_KEY_ID", null), ("AWS_SECRET_ACCESS_KEY", null), (source, _world.Sts.Url + path), ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "pod-token"));

        var run = await WorkerProcess.RunAsync(environment, "check");

        Assert.Matches("ok +queue rights", run.Printed);
        Assert.NotEqual(0, _world.Sts.HandedOut);
        Assert.Equal(
            ["GET http://edge.proxied.test/v1/config/server-sdk-configuration.json", "POST http://sqs.proxied.test/"], _proxy.Requests.Distinct().Order(StringComparer.Ordinal));
    }

    private async Task<Dictionary<string, string?>> EnvironmentAsync(RedisServer redis, Func<string, TlsFront, string> url)
    {
        var environment = await _world.EnvironmentAsync(
            redis, Url("sqs", _world.Sqs.ServiceUrl), Url("sts", _world.Sts.Url), Url("edge", _world.Edge.Url), Url("sentry", $"http://{_world.Sentry.Authority}"));
        return environment.With(("HTTPS_PROXY", _proxy.Url), ("SSL_CERT_FILE", _certificates.AuthorityFile));

        string Url(string name, string server) => url(name, Behind(name, server));
    }

    private TlsFront Behind(string name, string url, bool isHttp2 = false)
    {
        var now = TimeProvider.System.GetUtcNow();
        var front = TlsFront.Start(url, _certificates.Issue(name, now.AddDays(-1), now.AddDays(1), $"{name}.proxied.test", "127.0.0.1"), isHttp2);
        _fronts.Add(front);
        _proxy.Route($"{name}.proxied.test", front.Url);
        return front;
    }
}
