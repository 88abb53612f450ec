using System.Net;
using System.Net.Sockets;

namespace TestKit.Proxies;

/// <summary>
/// A port that is dead on 127.0.0.1 and alive on 127.0.0.2, where it leads to a server: a name with both addresses, in this order, has a dead first one.
/// Dead as behind a firewall: the listener's queue is full, and Linux drops the SYNs of further connections.
/// </summary>
public sealed class DeadFirstAddress : IAsyncDisposable
{
    private readonly Socket _dead = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _waiting = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly TcpListener _alive;
    private readonly CancellationTokenSource _stopping = new();
    private readonly IPEndPoint _target;
    private readonly Task _accepting;

    private DeadFirstAddress(IPEndPoint target)
    {
        _target = target;
        _dead.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _dead.Listen(0);
        _waiting.Connect(_dead.LocalEndPoint!);
        _alive = new TcpListener(IPAddress.Parse("127.0.0.2"), Port);
        _alive.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The port, of both addresses.</summary>
    public int Port => ((IPEndPoint)_dead.LocalEndPoint!).Port;

    /// <summary>Lines of a hosts file that give a name both addresses.</summary>
    public static string Hosts(string name) => $"127.0.0.1 {name}\n127.0.0.2 {name}\n127.0.0.1 localhost\n";

    /// <summary>Starts it in front of a server on loopback.</summary>
    public static DeadFirstAddress Of(int port) => new(new IPEndPoint(IPAddress.Loopback, port));

    /// <summary>Starts it in front of a server on loopback.</summary>
    public static DeadFirstAddress Of(string url) => Of(new Uri(url).Port);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _alive.Dispose();
        await _accepting;
        _waiting.Dispose();
        _dead.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _alive.AcceptTcpClientAsync(_stopping.Token));
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
                using var origin = new TcpClient();
                await origin.ConnectAsync(_target, _stopping.Token);
                await Tunnel.PipeAsync(client.GetStream(), origin.GetStream(), _stopping.Token);
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // One of the two has gone.
            }
        }
    }
}
