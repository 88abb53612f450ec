using LocalSqs;
using TestKit;
using TestKit.Credentials;
using TestKit.EdgeApi;
using TestKit.Messages;
using TestKit.Proxies;
using TestKit.Sentry;

namespace PersistentCacheService.IntegrationTests;

/// <summary>A worker in a network that is left through a proxy only. The names end in <c>.proxied.test</c>, which no DNS knows: the proxy alone does.</summary>
public sealed class ProxyTests : IAsyncLifetime
{
    private readonly TestCertificates _certificates = TestCertificates.Create();
    private readonly ForwardProxy _proxy = ForwardProxy.Start();
    private readonly List<IAsyncDisposable> _servers = [];
    private LocalSqsServer _sqs = null!;
    private CredentialServer _sts = null!;
    private FakeEdgeApi _edge = null!;
    private IngestServer _sentry = null!;
    private LocalQueue _queue = null!;

    public async Task InitializeAsync()
    {
        _servers.AddRange([_sqs = await LocalSqsServer.StartAsync(), _sts = await CredentialServer.StartAsync(), _edge = await FakeEdgeApi.StartAsync(), _sentry = await IngestServer.StartAsync()]);
        _queue = _sqs.CreateQueue(new LocalQueueOptions("q"));
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _servers.Reverse();
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

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
        var otlp = Behind("otlp", collector.Url, isHttp2: protocol == "grpc");
        var environment = (await EnvironmentAsync(redis, static (name, _) => $"https://{name}.proxied.test")).With(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://otlp.proxied.test"), ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol), ("OTEL_METRIC_EXPORT_INTERVAL", "200"));
        Assert.NotNull(otlp);

        await WorksAsync(environment, redis);

        await using var worker = await WorkerProcess.StartAsync(environment);
        await worker.WaitAsync(() => Task.FromResult(collector.Names.Count > 0), "the collector has metrics");
        foreach (var name in (string[])["sqs", "sts", "edge", "sentry", "otlp"])
        {
            Assert.Contains($"CONNECT {name}.proxied.test:443", _proxy.Requests);
        }
    }

    [SkippableTheory]
    [InlineData("user:pass-5c", true)]
    [InlineData("user:wrong-5c", false)]
    public async Task Its_password_is_shown_to_it_and_to_nobody_else(string login, bool isRight)
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        _proxy.Login = "user:pass-5c";
        var environment = (await EnvironmentAsync(redis, static (name, _) => $"https://{name}.proxied.test")).With(
            ("HTTPS_PROXY", _proxy.Url.Replace("://", $"://{login}@", StringComparison.Ordinal)));

        var run = await WorkerProcess.RunAsync(environment, "check");

        Assert.Equal(isRight ? 0 : 78, run.ExitCode);
        Assert.Equal(isRight, !run.Printed.Contains("FAIL", StringComparison.Ordinal));
        Assert.DoesNotContain("-5c", run.Printed, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_NO_PROXY_names_is_called_directly()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        var environment = (await EnvironmentAsync(redis, static (_, front) => front.Url)).With(("NO_PROXY", "example.com,127.0.0.1"));

        await WorksAsync(environment, redis);

        Assert.Empty(_proxy.Requests);
    }

    [SkippableFact]
    public async Task Plain_http_goes_through_HTTP_PROXY_and_the_sources_of_credentials_on_the_node_do_not()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        _proxy.Route("sqs.proxied.test", _sqs.ServiceUrl);
        _proxy.Route("edge.proxied.test", _edge.Url);
        foreach (var source in (string[])["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_EC2_METADATA_SERVICE_ENDPOINT"])
        {
            var environment = WorkerEnvironment.For("http://sqs.proxied.test/000000000000/q", redis).With(
                ("HTTP_PROXY", _proxy.Url), ("SERVER_API_KEY", _edge.ApiKey), ("EDGE_API_URL", "http://edge.proxied.test"), ("AWS_ACCESS_KEY_ID", null), ("AWS_SECRET_ACCESS_KEY", null),
                (source, source.EndsWith("URI", StringComparison.Ordinal) ? _sts.Url + CredentialServer.ContainerPath : _sts.Url), ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "pod-token"));

            var run = await WorkerProcess.RunAsync(environment, "check");

            Assert.Matches("ok +queue rights", run.Printed);
        }

        Assert.Equal(2, _sts.HandedOut);
        Assert.Equal(
            ["GET http://edge.proxied.test/v1/config/server-sdk-configuration.json", "POST http://sqs.proxied.test/"], _proxy.Requests.Distinct().Order());
    }

    /// <summary>A worker whose role cannot be assumed at first, which is an error for Sentry, and then can: it applies a message that needs the Edge API.</summary>
    private async Task WorksAsync(Dictionary<string, string?> environment, RedisServer redis)
    {
        _sts.StsRefusal = new StsRefusal("AccessDenied", "Not now", 403);
        _edge.Store("customer-1", null, []);
        await using var worker = await WorkerProcess.StartAsync(environment);
        await worker.WaitAsync(() => Task.FromResult(_sentry.Received.Count > 0), "Sentry has the error");
        _sts.StsRefusal = null;
        _queue.Enqueue(StiggMessages.EntitlementsWebhook("customer-1"));
        await worker.WaitAsync(() => Task.FromResult(_queue.Counts.Total == 0), "the message is deleted");
        Assert.NotEmpty(_sts.Shown);
        Assert.NotEmpty(_edge.Calls);
        Assert.Equal(0, await worker.TerminateAsync());
    }

    private async Task<Dictionary<string, string?>> EnvironmentAsync(RedisServer redis, Func<string, TlsFront, string> url)
    {
        var token = Path.Combine(redis.DataDirectory, "token");
        await File.WriteAllTextAsync(token, "jwt");
        var (sqs, sts, edge, sentry) = (
            url("sqs", Behind("sqs", _sqs.ServiceUrl)), url("sts", Behind("sts", _sts.Url)), url("edge", Behind("edge", _edge.Url)), url("sentry", Behind("sentry", $"http://{_sentry.Authority}")));
        return WorkerEnvironment.For($"{sqs}/000000000000/q", redis).With(
            ("HTTPS_PROXY", _proxy.Url), ("SSL_CERT_FILE", _certificates.AuthorityFile),
            ("AWS_ACCESS_KEY_ID", null), ("AWS_SECRET_ACCESS_KEY", null), ("AWS_ROLE_ARN", CredentialServer.RoleArn), ("AWS_WEB_IDENTITY_TOKEN_FILE", token), ("AWS_ENDPOINT_URL_STS", sts),
            ("EDGE_API_URL", edge), ("SERVER_API_KEY", _edge.ApiKey), ("DISABLE_SENTRY", "0"), ("SENTRY_DSN", $"{sentry.Replace("://", "://public@", StringComparison.Ordinal)}/42"));
    }

    private TlsFront Behind(string name, string url, bool isHttp2 = false)
    {
        var now = TimeProvider.System.GetUtcNow();
        var front = TlsFront.Start(url, _certificates.Issue(name, now.AddDays(-1), now.AddDays(1), $"{name}.proxied.test", "127.0.0.1"), isHttp2);
        _servers.Add(front);
        _proxy.Route($"{name}.proxied.test", front.Url);
        return front;
    }
}
