using System.Globalization;
using System.Net.Security;
using EntitlementCache.Redis;
using EntitlementCache.Settings;
using TestKit;

namespace PersistentCacheService.Tests.Redis;

/// <summary>Mutual TLS with a real server that demands a certificate.</summary>
public sealed class ClientCertificateTests : IDisposable
{
    private readonly TestCertificates _authority = TestCertificates.Create();
    private readonly TestCertificates _strangers = TestCertificates.Create("Strangers");
    private readonly int _port = FreePort.Next();

    public void Dispose()
    {
        _authority.Dispose();
        _strangers.Dispose();
    }

    [SkippableTheory]
    [InlineData("TLSv1.2")]
    [InlineData("TLSv1.3")]
    public async Task A_certificate_of_the_servers_authority_is_shown_and_taken(string protocol)
    {
        await using var server = await StartAsync(protocol);
        await using var client = await RedisClients.ConnectAsync(Showing(_authority.Valid()));
        await client.SetAsync("k", "v");
    }

    [SkippableTheory]
    [InlineData("TLSv1.2", "the server demands a client certificate, and none is configured")]
    [InlineData("TLSv1.3", "the server demands a client certificate, and none is configured (certificate required)")]
    public async Task No_certificate_is_told_as_that(string protocol, string reason)
    {
        await using var server = await StartAsync(protocol);
        await RefusedAsync(Options(), reason);
    }

    [SkippableTheory]
    [InlineData("TLSv1.2")]
    [InlineData("TLSv1.3")]
    public async Task A_certificate_that_the_server_does_not_trust_is_told_with_its_file(string protocol)
    {
        await using var server = await StartAsync(protocol);
        var stranger = _strangers.Valid();
        await RefusedAsync(Showing(stranger), $"the server refuses the client certificate {stranger.CertificateFile}, or the handshake: unknown ca");
    }

    [SkippableTheory]
    [InlineData("TLSv1.2")]
    [InlineData("TLSv1.3")]
    public async Task A_certificate_that_is_renewed_on_disk_is_shown_at_the_next_connect(string protocol)
    {
        await using var server = await StartAsync(protocol);
        var now = TimeProvider.System.GetUtcNow();
        var expired = _authority.Issue("client", now.AddDays(-2), now.AddDays(-1), "worker");
        await using var client = RedisClients.Start(Showing(expired));
        await client.FailsWithAsync(RedisFailureKind.TlsFailed);
        Assert.Contains("expired", client.Status.LastFailure!.Message, StringComparison.Ordinal);
        Assert.Equal(expired, _authority.Issue("client", now.AddDays(-1), now.AddDays(1), "worker"));
        await client.ReadyAsync();
        await client.SetAsync("k", "v");
    }

    [SkippableFact]
    public async Task Files_that_are_missing_broken_or_of_two_pairs_are_named()
    {
        await using var server = await StartAsync("TLSv1.3");
        var (one, other) = (_authority.Valid(), _authority.Expired());
        var reason = $"The client certificate {one.CertificateFile} with the key ";
        await RefusedAsync(Showing(one) with { TlsKeyFile = other.KeyFile }, reason + other.KeyFile);
        await RefusedAsync(Showing(one) with { TlsKeyFile = _authority.AuthorityFile }, reason + _authority.AuthorityFile);
        File.Delete(one.CertificateFile);
        await RefusedAsync(Showing(one), reason + one.KeyFile);
    }

    [SkippableFact]
    public async Task What_is_read_for_a_connection_is_disposed_with_it()
    {
        await using var server = await StartAsync("TLSv1.3");
        var settings = Showing(_authority.Valid());
        var stream = await Dialer.ConnectAsync(settings, TimeProvider.System, CancellationToken.None);
        var tls = (SslStream)await new TlsUpgrade(settings).AuthenticateAsync(stream, CancellationToken.None);
        var shown = tls.LocalCertificate!;
        Assert.NotEqual(nint.Zero, shown.Handle);
        await tls.DisposeAsync();
        Assert.Equal(nint.Zero, shown.Handle);
    }

    private Task<RedisServer> StartAsync(string protocol)
    {
        var certificate = _authority.Issue("redis", TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1), "127.0.0.1");
        return RedisServer.StartAsync(
            "--tls-port", _port.ToString(CultureInfo.InvariantCulture), "--tls-auth-clients", "yes", "--tls-ca-cert-file", _authority.AuthorityFile,
            "--tls-cert-file", certificate.CertificateFile, "--tls-key-file", certificate.KeyFile, "--tls-protocols", protocol);
    }

    private RedisSettings Options() => new() { Host = "127.0.0.1", Port = _port, Tls = true, TlsCaFile = _authority.AuthorityFile };

    private RedisSettings Showing(ServerCertificate certificate) => Options() with { TlsCertFile = certificate.CertificateFile, TlsKeyFile = certificate.KeyFile };

    private static async Task RefusedAsync(RedisSettings settings, string reason)
    {
        await using var client = RedisClients.Start(settings);
        await client.FailsWithAsync(RedisFailureKind.TlsFailed);
        Assert.Contains(reason, client.Status.LastFailure!.Message, StringComparison.Ordinal);
    }
}
