using System.Net.Sockets;

namespace TestKit.Faults;

/// <summary>One client's connection through the proxy: two sockets, a link each way, one way to cut it.</summary>
internal sealed class ProxyConnection(FaultProxy proxy, Socket client, int seed) : IDisposable
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _cutSignal = new();
    private readonly Socket _server = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Lock _lock = new();
    private bool _isCut;

    /// <summary>Ends when both sockets are closed.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Closes both sockets; the first call decides how.</summary>
    public void Cut(CutKind kind)
    {
        lock (_lock)
        {
            if (_isCut)
            {
                return;
            }

            _isCut = true;
            Close(client, kind);
            Close(_server, kind);
            _cutSignal.Cancel();
        }
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stopping, _cutSignal.Token);
        try
        {
            client.NoDelay = true;
            if (await ReachServerAsync(ends.Token))
            {
                var toServer = new ProxyLink(proxy, this, client, _server, static plan => plan.ToServer, seed * 2);
                var toClient = new ProxyLink(proxy, this, _server, client, static plan => plan.ToClient, (seed * 2) + 1);
                await Task.WhenAll(RunAsync(toServer, ends.Token), RunAsync(toClient, ends.Token));
                Cut(CutKind.Close);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The server is not there, or the connection was cut before it was reached: the client is told by the reset below.
        }
        finally
        {
            Cut(CutKind.Reset);
            _ended.SetResult();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Cut(CutKind.Reset);
        lock (_lock)
        {
            _cutSignal.Dispose();
        }
    }

    /// <summary>Sends FIN, unless the peer is gone already.</summary>
    internal static void ShutdownSending(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The peer was faster; there is nobody left to tell.
        }
    }

    private static void Close(Socket socket, CutKind kind)
    {
        if (kind == CutKind.Reset)
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0); // Closing then sends RST.
        }
        else if (socket.Connected)
        {
            ShutdownSending(socket);
        }

        socket.Dispose();
    }

    /// <summary>A link that fails takes the other one with it: a reset passes through.</summary>
    private async Task RunAsync(ProxyLink link, CancellationToken cancellationToken)
    {
        try
        {
            await link.RunAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Cut(CutKind.Reset);
        }
    }

    private async Task<bool> ReachServerAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var inForce = proxy.InForce;
            switch (inForce.Plan.Connect)
            {
                case ConnectFault.Hang:
                    await inForce.Replaced.WaitAsync(cancellationToken);
                    break;
                case ConnectFault.Reset:
                    return false;
                default:
                    await _server.ConnectAsync(proxy.Target, cancellationToken);
                    return true;
            }
        }
    }
}
