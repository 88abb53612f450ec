using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace TestKit.Tests;

public sealed class TestCertificatesTests : IDisposable
{
    private readonly TestCertificates _certificates = TestCertificates.Create();

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task A_client_that_trusts_the_authority_accepts_a_valid_certificate() =>
        Assert.Equal(SslPolicyErrors.None, await ErrorsAsync(_certificates.Valid(), "localhost"));

    [Fact]
    public async Task A_wrong_name_is_noticed() =>
        Assert.Equal(SslPolicyErrors.RemoteCertificateNameMismatch, await ErrorsAsync(_certificates.WrongName(), "localhost"));

    [Fact]
    public async Task An_expired_certificate_is_noticed() =>
        Assert.Equal(SslPolicyErrors.RemoteCertificateChainErrors, await ErrorsAsync(_certificates.Expired(), "localhost"));

    [Fact]
    public async Task Another_authority_is_not_trusted()
    {
        using var others = TestCertificates.Create("Other authority");

        Assert.Equal(SslPolicyErrors.RemoteCertificateChainErrors, await ErrorsAsync(others.Valid(), "localhost"));
    }

    [SkippableFact]
    public async Task Redis_serves_TLS_with_the_files()
    {
        var server = _certificates.Valid();
        var port = FreePort.Next().ToString(System.Globalization.CultureInfo.InvariantCulture);
        await using var redis = await RedisServer.StartAsync(
            "--tls-port", port, "--tls-cert-file", server.CertificateFile, "--tls-key-file", server.KeyFile, "--tls-ca-cert-file", _certificates.AuthorityFile, "--tls-auth-clients", "no");

        Assert.Equal("PONG", await redis.CliAsync("-p", port, "--tls", "--cacert", _certificates.AuthorityFile, "PING"));
    }

    [Fact]
    public void Disposing_deletes_the_files()
    {
        using var certificates = TestCertificates.Create();
        var files = certificates.Valid();
        certificates.Dispose();

        Assert.False(File.Exists(files.KeyFile));
    }

    private async Task<SslPolicyErrors> ErrorsAsync(ServerCertificate files, string name)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, files);
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        var seen = SslPolicyErrors.None;
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = name,
            CertificateChainPolicy = Policy(_certificates.AuthorityFile),
            RemoteCertificateValidationCallback = (_, _, _, errors) =>
            {
                seen = errors;
                return true;
            },
        });
        await serving;
        return seen;
    }

    private static X509ChainPolicy Policy(string authorityFile)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(authorityFile);
        return policy;
    }

    private static async Task ServeAsync(TcpListener listener, ServerCertificate files)
    {
        using var socket = await listener.AcceptTcpClientAsync();
        using var certificate = X509Certificate2.CreateFromPemFile(files.CertificateFile, files.KeyFile);
        await using var tls = new SslStream(socket.GetStream());
        await tls.AuthenticateAsServerAsync(certificate, clientCertificateRequired: false, SslProtocols.None, checkCertificateRevocation: false);
    }
}
