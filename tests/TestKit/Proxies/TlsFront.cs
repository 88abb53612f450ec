using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace TestKit.Proxies;

/// <summary>TLS for a test server that speaks plain HTTP: ends TLS on a port of loopback and passes on what is inside.</summary>
public sealed class TlsFront : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly X509Certificate2 _certificate;
    private readonly Uri _behind;
    private readonly bool _isHttp2;
    private readonly Task _accepting;

    private TlsFront(string behind, ServerCertificate certificate, bool isHttp2)
    {
        _behind = new Uri(behind);
        _certificate = X509Certificate2.CreateFromPemFile(certificate.CertificateFile, certificate.KeyFile);
        _isHttp2 = isHttp2;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Its URL, by address.</summary>
    public string Url => $"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Starts it on a free port.</summary>
    /// <param name="behind">URL of the server that speaks plain HTTP.</param>
    /// <param name="certificate">What it shows.</param>
    /// <param name="isHttp2">Whether the server behind speaks HTTP/2.</param>
    public static TlsFront Start(string behind, ServerCertificate certificate, bool isHttp2 = false) => new(behind, certificate, isHttp2);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _certificate.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var near = new SslStream(client.GetStream());
                await near.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificate = _certificate,
                        ApplicationProtocols = [_isHttp2 ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11],
                    },
                    _stopping.Token);
                using var origin = new TcpClient();
                await origin.ConnectAsync(_behind.Host, _behind.Port, _stopping.Token);
                await using var far = origin.GetStream();
                await Tunnel.PipeAsync(near, far, _stopping.Token);
            }
            catch (Exception exception) when (exception is IOException or SocketException or AuthenticationException or OperationCanceledException)
            {
                // One of the two has gone, or does not trust the other.
            }
        }
    }
}
