using System.Net;
using System.Net.Sockets;
using EntitlementCache.Outbound;
using TestKit;

namespace PersistentCacheService.Tests.Outbound;

/// <summary>Real sockets on loopback. A dead address is a listener with a full backlog: Linux drops the SYNs of further connections.</summary>
public sealed class SideBySideTests : IDisposable
{
    // Addresses that share a port, so that they can be those of one name.
    private static readonly IPAddress[] Loopback = [IPAddress.Parse("127.0.0.1"), IPAddress.Parse("127.0.0.2"), IPAddress.Parse("127.0.0.3")];
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly List<Socket> _sockets = [];
    private readonly int _port = FreePort.Next();

    public void Dispose() => _sockets.ForEach(static socket => socket.Dispose());

    [Fact]
    public async Task The_first_address_is_taken_when_it_answers()
    {
        Listen(Loopback[0]);
        Listen(Loopback[1]);
        await using var stream = await ConnectAsync(Loopback);
        Assert.Equal(Loopback[0], PeerOf(stream));
    }

    [Fact]
    public async Task Dead_first_addresses_lose_against_one_that_answers()
    {
        await KillAsync(Loopback[0]);
        await KillAsync(Loopback[1]);
        Listen(Loopback[2]);
        await using var stream = await ConnectAsync(Loopback);
        Assert.Equal(Loopback[2], PeerOf(stream));
    }

    [Fact]
    public async Task A_refused_address_does_not_wait_for_its_moment_to_pass()
    {
        Listen(Loopback[2]);
        var still = new ManualTimeProvider(); // No moment ever passes.
        await using var stream = await SideBySide.ConnectAsync(Loopback, _port, prepare: null, Deadline, still, CancellationToken.None);
        Assert.Equal(Loopback[2], PeerOf(stream));
    }

    [Fact]
    public async Task A_slow_first_address_wins_when_it_answers_before_the_second()
    {
        // The second never answers; the first does, once its queue is emptied.
        var (listener, _) = await KillAsync(Loopback[0]);
        await KillAsync(Loopback[1]);
        var connecting = ConnectAsync(Loopback[..2]);
        await AcceptAsync(listener);
        await AcceptAsync(listener);
        await using var stream = await connecting;
        Assert.Equal(Loopback[0], PeerOf(stream));
    }

    [Theory]
    [InlineData("::1", "127.0.0.1")]
    [InlineData("127.0.0.1", "::1")]
    public async Task The_families_take_turns(string dead, string alive)
    {
        Skip.IfNot(Socket.OSSupportsIPv6, "IPv6 is off on this machine.");
        var (first, second) = (IPAddress.Parse(dead), IPAddress.Parse(alive));
        await KillAsync(first);
        Listen(second);

        // Many of the dead family come first in DNS: the other one is second in turn, not last.
        using var still = new CancellationTokenSource(Deadline);
        var time = new CountedTime();
        await using var stream = await SideBySide.ConnectAsync([first, first, first, first, second], _port, null, Deadline, time, still.Token);
        Assert.Equal(second, PeerOf(stream));
        Assert.InRange(time.Timers, 2, 3); // After the first and the second; one more on a busy machine.
    }

    [Fact]
    public async Task When_none_answers_each_address_has_its_reason()
    {
        await KillAsync(Loopback[0]);
        var error = await Assert.ThrowsAsync<SocketException>(() => SideBySide.ConnectAsync(
            "127.0.0.1", _port, prepare: null, TimeSpan.FromMilliseconds(200), TimeProvider.System, CancellationToken.None));
        Assert.Equal("accepts no connection (127.0.0.1: no answer)", error.Message);

        // Long enough for the second to be asked and to refuse on a busy machine.
        var patience = TimeSpan.FromSeconds(5);
        using var late = new CancellationTokenSource(patience);
        error = await Assert.ThrowsAsync<SocketException>(() => SideBySide.ConnectAsync(
            Loopback[..2], _port, null, patience, TimeProvider.System, late.Token));
        Assert.Equal("accepts no connection (127.0.0.2: ConnectionRefused, 127.0.0.1: no answer)", error.Message);
        Assert.False(error.IsUnresolved());
    }

    [Fact]
    public async Task A_name_without_address_is_unresolved()
    {
        var error = await Assert.ThrowsAsync<SocketException>(() => SideBySide.ConnectAsync(
            "no-such-host.invalid", _port, null, Deadline, TimeProvider.System, CancellationToken.None));
        Assert.True(error.IsUnresolved(), $"{error.SocketErrorCode}");
    }

    [Fact]
    public async Task Who_cancels_gets_a_cancellation()
    {
        await KillAsync(Loopback[0]);
        using var cancellation = new CancellationTokenSource();
        var connecting = SideBySide.ConnectAsync("127.0.0.1", _port, null, Deadline, TimeProvider.System, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
    }

    [Fact]
    public async Task The_losers_are_closed()
    {
        // Both answer, but each only when its queue is emptied: the second one first.
        var (first, _) = await KillAsync(Loopback[0]);
        var (second, _) = await KillAsync(Loopback[1]);
        var connecting = ConnectAsync(Loopback[..2]);
        await AcceptAsync(second);
        await AcceptAsync(second);
        await using var stream = await connecting;
        Assert.Equal(Loopback[1], PeerOf(stream));
        await AcceptAsync(first);

        // The loser's SYN is not sent again. Had it stayed open, it would be the next to be accepted.
        using var probe = new TcpClient();
        await probe.ConnectAsync(Loopback[0], _port);
        var accepted = await AcceptAsync(first);
        Assert.Equal(((IPEndPoint)probe.Client.LocalEndPoint!).Port, ((IPEndPoint)accepted.RemoteEndPoint!).Port);
    }

    private static IPAddress PeerOf(Stream stream) => ((IPEndPoint)((NetworkStream)stream).Socket.RemoteEndPoint!).Address;

    private Task<Stream> ConnectAsync(IPAddress[] addresses) =>
        SideBySide.ConnectAsync(addresses, _port, prepare: null, Deadline, TimeProvider.System, CancellationToken.None);

    private Socket Listen(IPAddress address, int backlog = 100)
    {
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(listener);
        listener.Bind(new IPEndPoint(address, _port));
        listener.Listen(backlog);
        return listener;
    }

    private async Task<Socket> AcceptAsync(Socket listener)
    {
        var accepted = await listener.AcceptAsync().WaitAsync(Deadline);
        _sockets.Add(accepted);
        return accepted;
    }

    /// <summary>A listener of which the queue is full: with a backlog of 0 Linux holds one connection that nobody accepts.</summary>
    private async Task<(Socket Listener, Socket Waiting)> KillAsync(IPAddress address)
    {
        var listener = Listen(address, backlog: 0);
        var waiting = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(waiting);
        await waiting.ConnectAsync(address, _port);
        return (listener, waiting);
    }

    private sealed class CountedTime : TimeProvider
    {
        private int _timers;

        public int Timers => Volatile.Read(ref _timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _timers);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
