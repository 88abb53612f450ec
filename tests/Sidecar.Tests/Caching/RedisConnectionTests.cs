using System.Globalization;
using System.Text.Json.Nodes;
using Sidecar.Tests.Service;
using Stigg.Sidecar.V1;
using TestKit;
using TestKit.EdgeApi;

namespace Sidecar.Tests.Caching;

/// <summary>The settings of the connection to Redis, each with a real server that insists on it.</summary>
public sealed class RedisConnectionTests : IAsyncLifetime
{
    /// <summary>The entitlement to seats that the Edge API of these tests has.</summary>
    internal const string Seats = """
        [{"__typename":"FeatureEntitlement","isGranted":true,"usageLimit":10,"hasUnlimitedUsage":false,"hasSoftLimit":false,"currentUsage":4,"entitlementUpdatedAt":"2026-05-01T00:00:00.000Z","usageUpdatedAt":"2026-05-01T00:00:00.000Z","feature":{"featureType":"NUMBER","meterType":"Incremental","displayName":"Seats","refId":"seats"}}]
        """;

    private readonly TestCertificates _authority = TestCertificates.Create();
    private readonly TestCertificates _other = TestCertificates.Create();
    private FakeEdgeApi _edge = null!;

    public async Task InitializeAsync()
    {
        _edge = await FakeEdgeApi.StartAsync();
        _edge.Store("acme", null, JsonNode.Parse(Seats)!.AsArray());
    }

    public async Task DisposeAsync()
    {
        await _edge.DisposeAsync();
        _authority.Dispose();
        _other.Dispose();
    }

    [SkippableFact]
    public async Task Redis_is_reached_with_TLS_password_file_and_database_and_keys_expire_as_configured()
    {
        var (redis, port) = await StartWithTlsAsync("--requirepass", "pw");
        await using var owned = redis;
        var password = Path.Combine(redis.DataDirectory, "password");
        await File.WriteAllTextAsync(password, "pw\n");
        await using var sidecar = await StartAsync(
            port, ("REDIS_TLS", "1"), ("REDIS_TLS_CA_FILE", _authority.AuthorityFile), ("REDIS_PASSWORD_FILE", password), ("REDIS_DB", "3"), ("REDIS_KEYS_TTL_IN_SECS", "1000"));

        Assert.Equal(4, await UsageAsync(sidecar));
        Assert.Equal(4, await UsageAsync(sidecar));

        Assert.Equal(1, _edge.CallsFor("acme"));
        Assert.Equal("1", await redis.CliAsync("-a", "pw", "--no-auth-warning", "-n", "3", "EXISTS", "test:c_acme"));
        Assert.InRange(int.Parse(await redis.CliAsync("-a", "pw", "--no-auth-warning", "-n", "3", "TTL", "test:c_acme"), CultureInfo.InvariantCulture), 1, 1000);
    }

    [SkippableFact]
    public async Task A_certificate_of_an_unknown_authority_is_not_trusted_and_the_Edge_API_answers()
    {
        var (redis, port) = await StartWithTlsAsync();
        await using var owned = redis;
        await using var sidecar = await RunningSidecar.StartWithoutRedisAsync(Settings(port, ("REDIS_TLS", "1"), ("REDIS_TLS_CA_FILE", _other.AuthorityFile), ("REDIS_CONNECT_TIMEOUT_IN_MS", "1000")));

        Assert.Equal(4, await UsageAsync(sidecar));

        Assert.Equal("0", await redis.CliAsync("DBSIZE"));
        Assert.DoesNotContain("\nsidecar_redis_client_errors_total 0\n", await sidecar.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_Redis_that_demands_a_certificate_gets_it_and_without_one_the_Edge_API_answers()
    {
        var (redis, port) = await StartWithTlsAsync("--tls-auth-clients", "yes");
        await using var owned = redis;
        await using (var stranger = await RunningSidecar.StartWithoutRedisAsync(Settings(port, ("REDIS_TLS", "1"), ("REDIS_TLS_CA_FILE", _authority.AuthorityFile), ("REDIS_CONNECT_TIMEOUT_IN_MS", "1000"))))
        {
            Assert.Equal(4, await UsageAsync(stranger));
            Assert.Equal("0", await redis.CliAsync("DBSIZE"));
        }

        var certificate = _authority.Valid();
        await using var sidecar = await StartAsync(
            port, ("REDIS_TLS", "1"), ("REDIS_TLS_CA_FILE", _authority.AuthorityFile), ("REDIS_TLS_CERT_FILE", certificate.CertificateFile), ("REDIS_TLS_KEY_FILE", certificate.KeyFile));

        Assert.Equal(4, await UsageAsync(sidecar));
        Assert.Equal(4, await UsageAsync(sidecar));

        Assert.Equal("1", await redis.CliAsync("EXISTS", "test:c_acme"));
        Assert.Equal(2, _edge.CallsFor("acme"));
    }

    [SkippableFact]
    public async Task Sentinels_name_the_primary_and_after_a_failover_the_next()
    {
        await using var primary = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync("--replicaof", $"127.0.0.1 {primary.Port.ToString(CultureInfo.InvariantCulture)}");
        var sentinels = await SentinelServer.StartAsync(primary, count: 1, replicas: 1);
        await using var sentinel = sentinels[0];
        await using var sidecar = await StartAsync(port: 1, ("REDIS_SENTINELS", sentinel.Address), ("REDIS_SENTINEL_MASTER", SentinelServer.Master));
        Assert.Equal(4, await UsageAsync(sidecar));
        Assert.Equal("1", await primary.CliAsync("EXISTS", "test:c_acme"));

        // Refused until the sentinel has heard enough of the replica.
        await Eventually.HoldsAsync(async () => await sentinel.CliAsync("SENTINEL", "FAILOVER", SentinelServer.Master) is ["OK"], "the sentinel begins a failover");

        await Eventually.HoldsAsync(
            async () =>
            {
                Assert.Equal(4, await UsageAsync(sidecar));
                await replica.CliAsync("DEL", "test:c_acme");
                return await UsageAsync(sidecar) == 4 && await replica.CliAsync("EXISTS", "test:c_acme") == "1" && await sentinel.PrimaryPortAsync() == replica.Port;
            },
            "misses are stored in the new primary");
    }

    private static async Task<double> UsageAsync(RunningSidecar sidecar)
    {
        var answer = await sidecar.Client.GetMeteredEntitlementAsync(new GetMeteredEntitlementRequest { CustomerId = "acme", FeatureId = "seats" });
        Assert.False(answer.IsFallback);
        return answer.Entitlement.CurrentUsage;
    }

    /// <summary>A server that speaks TLS on a port of its own, beside the plain one for redis-cli.</summary>
    private async Task<(RedisServer Redis, int Port)> StartWithTlsAsync(params string[] arguments)
    {
        var (port, certificate) = (FreePort.Next(), _authority.Valid());
        var redis = await RedisServer.StartAsync(
        [
            "--tls-port", port.ToString(CultureInfo.InvariantCulture), "--tls-auth-clients", "no", "--tls-ca-cert-file", _authority.AuthorityFile,
            "--tls-cert-file", certificate.CertificateFile, "--tls-key-file", certificate.KeyFile, .. arguments,
        ]);
        return (redis, port);
    }

    private Task<RunningSidecar> StartAsync(int port, params (string Name, string Value)[] more) => RunningSidecar.StartAsync(Settings(port, more));

    private (string Name, string Value)[] Settings(int port, params (string Name, string Value)[] more) =>
    [
        ("SERVER_API_KEY", _edge.ApiKey), ("EDGE_API_URL", _edge.Url), ("API_URL", _edge.Url), ("REDIS_ENVIRONMENT_PREFIX", "test"), ("REDIS_HOST", "127.0.0.1"),
        ("REDIS_PORT", port.ToString(CultureInfo.InvariantCulture)), .. more,
    ];
}
