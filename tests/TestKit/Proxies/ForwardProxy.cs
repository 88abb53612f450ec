using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TestKit.Proxies;

/// <summary>
/// A forward proxy on loopback, as HTTPS_PROXY and HTTP_PROXY name one: it records each request line, opens a tunnel for CONNECT and passes on a request of
/// an absolute URL. Names are its own matter, as of a real one: <see cref="Route"/> says where they lead; all others are refused with 502.
/// </summary>
public sealed class ForwardProxy : IAsyncDisposable
{
    private const int LongestHead = 64 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, Uri> _routes = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentQueue<string> _requests = [];
    private readonly Task _accepting;

    private ForwardProxy()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>For HTTPS_PROXY and HTTP_PROXY.</summary>
    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>User and password with a colon between; null: everybody may use it.</summary>
    public string? Login { get; set; }

    /// <summary>What was asked for, in order: <c>CONNECT host:443</c>, <c>GET http://host/path</c>.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>Starts it on a free port.</summary>
    public static ForwardProxy Start() => new();

    /// <summary>Where a host name leads, whatever port is asked for.</summary>
    public void Route(string host, string url) => _routes[host] = new Uri(url);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
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
                await using var near = client.GetStream();
                var head = await ReadHeadAsync(near);
                var line = head[..head.IndexOf("\r\n", StringComparison.Ordinal)];
                var (method, target) = (line.Split(' ')[0], line.Split(' ')[1]);
                if (Login is { } login && !head.Contains($"\r\nProxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(login))}\r\n", StringComparison.OrdinalIgnoreCase))
                {
                    await near.WriteAsync("HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), _stopping.Token);
                    return;
                }

                _requests.Enqueue($"{method} {target}");
                var isTunnel = method == "CONNECT";
                var host = isTunnel ? target[..target.LastIndexOf(':')] : new Uri(target).Host;
                if (!_routes.TryGetValue(host, out var route))
                {
                    await near.WriteAsync("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), _stopping.Token);
                    return;
                }

                using var origin = new TcpClient();
                await origin.ConnectAsync(route.Host, route.Port, _stopping.Token);
                await using var far = origin.GetStream();

                // One request a connection where we could read them: the next may be for another host.
                await (isTunnel
                    ? near.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), _stopping.Token)
                    : far.WriteAsync(Encoding.Latin1.GetBytes(head.Insert(line.Length, "\r\nConnection: close")), _stopping.Token));
                await Tunnel.PipeAsync(near, far, _stopping.Token);
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // One of the two has gone.
            }
        }
    }

    private async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (head.Length < LongestHead)
        {
            await stream.ReadExactlyAsync(one, _stopping.Token);
            head.Append((char)one[0]);
            if (one[0] == '\n' && head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                return head.ToString();
            }
        }

        throw new InvalidDataException("That is no HTTP.");
    }
}
