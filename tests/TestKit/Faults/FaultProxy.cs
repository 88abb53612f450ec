using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace TestKit.Faults;

/// <summary>A TCP proxy on loopback between a client and the real server that does to connections what networks do. Plans change at any time and hold for open and new connections; whatever is random is drawn from the seed.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<int, ProxyConnection> _connections = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly int _seed;
    private Socket _listener;
    private Task _accepting = Task.CompletedTask;
    private PlanInForce _inForce = new(FaultPlan.None);
    private DnsEndPoint _target;
    private int _accepted;

    private FaultProxy(string host, int port, int seed)
    {
        _target = new DnsEndPoint(host, port);
        _seed = seed;
        _listener = Bind(0);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
    }

    /// <summary>Host name clients connect to.</summary>
    public string Host => "127.0.0.1";

    /// <summary>TCP port clients connect to; it stays the same and reserved, also while connections are refused.</summary>
    public int Port { get; }

    /// <summary>The plan in force.</summary>
    public FaultPlan Plan => Volatile.Read(ref _inForce).Plan;

    /// <summary>Connections accepted since the start.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Connections open now.</summary>
    public int Open => _connections.Count;

    internal PlanInForce InForce => Volatile.Read(ref _inForce);

    internal EndPoint Target => Volatile.Read(ref _target);

    /// <summary>Starts a proxy in front of a server, without faults.</summary>
    public static FaultProxy Start(string host, int port, int seed = 1)
    {
        var proxy = new FaultProxy(host, port, seed);
        proxy.Listen();
        return proxy;
    }

    /// <summary>Puts a plan into force.</summary>
    public void Apply(FaultPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        lock (_lock)
        {
            Replace(plan);
        }

        if (plan.ResetOpen)
        {
            ResetConnections();
        }
    }

    /// <summary>Ends all faults; what a blackhole held back passes now.</summary>
    public void Heal() => Apply(FaultPlan.None);

    /// <summary>Resets (RST) all open connections.</summary>
    public void ResetConnections()
    {
        foreach (var connection in _connections.Values)
        {
            connection.Cut(CutKind.Reset);
        }
    }

    /// <summary>Sends new connections to another server, as a changed DNS name does; open ones stay where they are.</summary>
    public void Redirect(string host, int port) => Volatile.Write(ref _target, new DnsEndPoint(host, port));

    /// <summary>Plays steps one after the other, then heals; also when it is cancelled.</summary>
    public async Task PlayAsync(IEnumerable<FaultStep> steps, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(steps);
        try
        {
            foreach (var step in steps)
            {
                Apply(step.Plan);
                await Task.Delay(step.Duration, TimeProvider.System, cancellationToken);
            }
        }
        finally
        {
            Heal();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        ResetConnections();
        await Task.WhenAll(_connections.Values.Select(static connection => connection.Ended));
        _stopping.Dispose();
    }

    /// <summary>Called by a link that has cut its connection: heals when <paramref name="plan"/>, still in force, wants that.</summary>
    internal void AfterCut(PlanInForce plan)
    {
        lock (_lock)
        {
            if (plan.Plan.HealAfterCut && ReferenceEquals(plan, _inForce))
            {
                Replace(FaultPlan.None);
            }
        }
    }

    private static Socket Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        // Lets the successor bind before the predecessor is closed, so that nobody else gets the port in between.
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    private void Replace(FaultPlan plan)
    {
        var old = _inForce;
        Volatile.Write(ref _inForce, new PlanInForce(plan));
        if (old.Plan.Connect != ConnectFault.Refuse && plan.Connect == ConnectFault.Refuse)
        {
            var bound = Bind(Port); // Bound and not listening: connecting is refused.
            _listener.Shutdown(SocketShutdown.Both); // Stops listening at once; the file descriptor closes only when the pending accept has ended.
            _listener.Dispose();
            _listener = bound;
        }
        else if (old.Plan.Connect == ConnectFault.Refuse && plan.Connect != ConnectFault.Refuse)
        {
            Listen();
        }

        old.Replace();
    }

    private void Listen()
    {
        _listener.Listen();
        _accepting = Task.WhenAll(_accepting, AcceptAsync(_listener));
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptAsync(_stopping.Token);
                var number = Interlocked.Increment(ref _accepted);
                var connection = new ProxyConnection(this, client, _seed + number);
                _connections[number] = connection;
                _ = ServeAsync(number, connection);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The listener was closed: by a plan that refuses, or by the end of the proxy.
        }
    }

    private async Task ServeAsync(int number, ProxyConnection connection)
    {
        using (connection)
        {
            await connection.RunAsync(_stopping.Token);
        }

        _connections.TryRemove(number, out _);
    }
}
