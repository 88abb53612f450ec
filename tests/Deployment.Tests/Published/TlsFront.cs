using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using TestKit;

namespace Deployment.Tests.Published;

/// <summary>Puts TLS in front of a plain server on loopback, as a load balancer does: what it deciphers goes on as it is.</summary>
internal sealed class TlsFront : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2 _certificate;
    private readonly int _target;
    private readonly Task _accepting;

    private TlsFront(ServerCertificate certificate, int target)
    {
        _certificate = X509Certificate2.CreateFromPemFile(certificate.CertificateFile, certificate.KeyFile);
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Base URL by the host's name, without a slash at the end.</summary>
    public string Url => $"https://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Starts to listen on a free port.</summary>
    public static TlsFront Before(string plainUrl, ServerCertificate certificate) => new(certificate, new Uri(plainUrl).Port);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _certificate.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }

        await Task.WhenAll(connections);
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var incoming = client;
        using var outgoing = new TcpClient();
        await using var tls = new SslStream(incoming.GetStream());
        try
        {
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
            await outgoing.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
            await using var plain = outgoing.GetStream();
            await await Task.WhenAny(tls.CopyToAsync(plain, _stop.Token), plain.CopyToAsync(tls, _stop.Token));
        }
        catch (Exception exception) when (exception is IOException or SocketException or AuthenticationException or OperationCanceledException)
        {
            // Either side hung up, refused the certificate, or the test is over.
        }
    }
}
