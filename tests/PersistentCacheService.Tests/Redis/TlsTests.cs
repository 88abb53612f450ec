using System.Globalization;
using EntitlementCache.Redis;
using EntitlementCache.Settings;
using TestKit;

namespace PersistentCacheService.Tests.Redis;

public sealed class TlsTests : IDisposable
{
    private readonly TestCertificates _authority = TestCertificates.Create();
    private readonly int _port = FreePort.Next();

    public void Dispose() => _authority.Dispose();

    [SkippableTheory]
    [InlineData("TLSv1.2")]
    [InlineData("TLSv1.3")]
    public async Task A_certificate_of_the_configured_authority_is_accepted(string protocol)
    {
        await using var server = await StartAsync(_authority.Valid(), "--tls-protocols", protocol);
        await using var client = await RedisClients.ConnectAsync(Options());
        var value = new string('v', 200_000);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => client.SetAsync($"k{i}", value)));
        Assert.Equal(value, await client.GetAsync("k49"));
    }

    [SkippableFact]
    public async Task The_name_localhost_is_verified_as_a_name()
    {
        await using var server = await StartAsync(_authority.Issue("named", Today.AddDays(-1), Today.AddDays(1), "localhost"));
        await using var client = await RedisClients.ConnectAsync(Options() with { Host = "localhost" });
        await using var byAddress = RedisClients.Start(Options());
        await byAddress.FailsWithAsync(RedisFailureKind.TlsFailed);
    }

    [SkippableFact]
    public async Task A_password_is_sent_through_tls()
    {
        await using var server = await StartAsync(_authority.Valid(), "--requirepass", "pw");
        await using var client = await RedisClients.ConnectAsync(Options() with { Password = new Secret("pw") });
        Assert.Equal("PONG", (string?)await client.RunAsync("PING"));
    }

    [SkippableFact]
    public async Task An_expired_certificate_is_refused_with_that_reason() =>
        await RefusedAsync(_authority.Expired(), options => options, "expired");

    [SkippableFact]
    public async Task A_certificate_for_another_name_is_refused_with_that_reason() =>
        await RefusedAsync(_authority.WrongName(), options => options, "not for the name 127.0.0.1");

    [SkippableFact]
    public async Task A_certificate_of_an_unknown_authority_is_refused_with_that_reason() =>
        await RefusedAsync(_authority.Valid(), options => options with { TlsCaFile = null }, "trusted authority");

    [SkippableFact]
    public async Task A_ca_file_that_is_missing_or_holds_nothing_is_reported()
    {
        await RefusedAsync(_authority.Valid(), options => options with { TlsCaFile = "/no/such/ca.pem" }, "cannot be read");
        var empty = Path.GetTempFileName();
        try
        {
            await RefusedAsync(_authority.Valid(), options => options with { TlsCaFile = empty }, "holds no certificate");
        }
        finally
        {
            File.Delete(empty);
        }
    }

    [SkippableFact]
    public async Task A_renewed_certificate_ends_the_trouble()
    {
        await using var server = await StartAsync(_authority.Expired());
        await using var client = RedisClients.Start(Options());
        await client.FailsWithAsync(RedisFailureKind.TlsFailed);
        var renewed = _authority.Valid();
        await server.CliAsync("CONFIG", "SET", "tls-cert-file", renewed.CertificateFile, "tls-key-file", renewed.KeyFile);
        await client.ReadyAsync();
    }

    [SkippableFact]
    public async Task A_plain_server_on_a_port_that_should_speak_tls_is_reported_with_a_hint()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = RedisClients.Start(
            RedisClients.For(server) with { Tls = true, TlsCaFile = _authority.AuthorityFile, ConnectTimeout = TimeSpan.FromSeconds(1) });
        await Eventually.HoldsAsync(() => client.Status.LastFailure?.Message is not null, "an attempt failed");
        Assert.Contains("does the port speak TLS?", client.Status.LastFailure?.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_tls_server_asked_in_plain_text_is_reported_with_a_hint()
    {
        await using var server = await StartAsync(_authority.Valid());
        await using var client = RedisClients.Start(Options() with { Tls = false, ConnectTimeout = TimeSpan.FromSeconds(1) });
        await Eventually.HoldsAsync(() => client.Status.LastFailure?.Message is not null, "an attempt failed");
        Assert.Contains("TLS", client.Status.LastFailure?.Message, StringComparison.Ordinal);
    }

    private static DateTimeOffset Today => TimeProvider.System.GetUtcNow();

    /// <summary>A server that speaks TLS on a port of its own, beside the plain one for redis-cli.</summary>
    private Task<RedisServer> StartAsync(ServerCertificate certificate, params string[] arguments) => RedisServer.StartAsync(
    [
        "--tls-port", _port.ToString(CultureInfo.InvariantCulture), "--tls-auth-clients", "no", "--tls-ca-cert-file", _authority.AuthorityFile,
        "--tls-cert-file", certificate.CertificateFile, "--tls-key-file", certificate.KeyFile, .. arguments,
    ]);

    private RedisSettings Options() => new() { Host = "127.0.0.1", Port = _port, Tls = true, TlsCaFile = _authority.AuthorityFile };

    private async Task RefusedAsync(ServerCertificate certificate, Func<RedisSettings, RedisSettings> change, string reason)
    {
        await using var server = await StartAsync(certificate);
        using var logs = new CapturedLogs();
        await using var client = RedisClients.Start(change(Options()), logs.Logger<RedisClient>());
        await client.FailsWithAsync(RedisFailureKind.TlsFailed);
        var entry = await logs.WaitForAsync(entry => entry.EventId.Id == 2003, "the failed attempt");
        Assert.Contains(reason, entry.Message, StringComparison.Ordinal);
    }
}
