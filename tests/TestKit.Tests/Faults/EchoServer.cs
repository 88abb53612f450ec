using System.Net;
using System.Net.Sockets;

namespace TestKit.Tests.Faults;

/// <summary>Sends back what it receives, and remembers how each connection ended.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _serving;
    private int _connections;
    private int _resets;
    private int _closes;
    private long _received;

    public EchoServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref _connections);

    public int Resets => Volatile.Read(ref _resets);

    public int Closes => Volatile.Read(ref _closes);

    public long Received => Interlocked.Read(ref _received);

    public async ValueTask DisposeAsync()
    {
        if (!_serving.IsCompleted)
        {
            await _stopping.CancelAsync();
            _listener.Dispose();
            await _serving;
            _stopping.Dispose();
        }
    }

    private async Task ServeAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stopping.Token);
                Interlocked.Increment(ref _connections); // Before the first answer: who has it may count.
                open.Add(EchoAsync(socket));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task EchoAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                var buffer = new byte[64 * 1024];
                while (await socket.ReceiveAsync(buffer, _stopping.Token) is var count and > 0)
                {
                    Interlocked.Add(ref _received, count);
                    await socket.SendAsync(buffer.AsMemory(0, count), _stopping.Token);
                }

                Interlocked.Increment(ref _closes);
            }
            catch (SocketException)
            {
                Interlocked.Increment(ref _resets);
            }
            catch (OperationCanceledException)
            {
                // The test is over.
            }
        }
    }
}
