using System.Net;
using System.Net.Sockets;

namespace EntitlementCache.Outbound;

/// <summary>
/// TCP connections to a host that may have several addresses. They are tried side by side, each a moment after the one before, IPv6 and IPv4 in turn, and
/// the first that accepts wins (RFC 8305): a dead address costs a quarter of a second, not the deadline.
/// </summary>
internal static class SideBySide
{
    // RFC 8305, 5: "Connection Attempt Delay", recommended.
    private static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(250);

    // The rest is left for TLS, and for telling which address did not answer before the caller gives up.
    private const double ShareOfTcp = 0.9;

    /// <summary>Resolves the name and connects.</summary>
    /// <param name="host">Name or address.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="prepare">Sets options of each socket before it connects; null: only NoDelay is set.</param>
    /// <param name="deadline">What the caller gives to the whole of connecting, TLS included.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="SocketException">The name has no address (<see cref="IsUnresolved"/>), or none accepts in time; the message has each address with its reason.</exception>
    public static async Task<Stream> ConnectAsync(
        string host, int port, Action<Socket>? prepare, TimeSpan deadline, TimeProvider time, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Positive(deadline * ShareOfTcp), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, either.Token);
            return await ConnectAsync(addresses, port, prepare, deadline, time, either.Token);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (exception is SocketException)
            {
                throw;
            }

            throw new SocketException((int)SocketError.TryAgain, "DNS does not answer");
        }
    }

    /// <summary>Connects to the first of some addresses that accepts.</summary>
    /// <param name="addresses">In the order of DNS.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="prepare">Sets options of each socket before it connects.</param>
    /// <param name="deadline">How long the caller will wait; the addresses share it.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Ends it, like a failure of all that have not failed yet.</param>
    /// <exception cref="SocketException">None accepts.</exception>
    public static async Task<Stream> ConnectAsync(
        IReadOnlyList<IPAddress> addresses, int port, Action<Socket>? prepare, TimeSpan deadline, TimeProvider time, CancellationToken cancellationToken)
    {
        var order = Alternate(addresses);

        // A short deadline, too, has time for each.
        var stagger = Positive(deadline * ShareOfTcp / (order.Length + 1));
        stagger = stagger < Stagger ? stagger : Stagger;
        using var decided = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new List<Task<Attempt>>(order.Length);
        var failed = new List<Attempt>(order.Length);
        var started = 0;
        try
        {
            // Another one starts when the one before has failed or had its moment.
            while (true)
            {
                if (started < order.Length && !cancellationToken.IsCancellationRequested)
                {
                    running.Add(DialAsync(order[started++], port, prepare, decided.Token));
                }

                if (running.Count == 0)
                {
                    throw Explain(failed);
                }

                var isLast = started == order.Length || cancellationToken.IsCancellationRequested;
                await Task.WhenAny(isLast ? running : [.. running, Task.Delay(stagger, time, decided.Token)]);
                foreach (var attempt in running.FindAll(static attempt => attempt.IsCompleted))
                {
                    running.Remove(attempt);
                    var ended = await attempt;
                    if (ended.Stream is { } stream)
                    {
                        return stream;
                    }

                    failed.Add(ended);
                }
            }
        }
        finally
        {
            await decided.CancelAsync();
            foreach (var loser in running)
            {
                // Cancelled, so it ends at once; it may have won a moment too late.
                if ((await loser).Stream is { } unused)
                {
                    await unused.DisposeAsync();
                }
            }
        }
    }

    /// <summary>Whether a failure is DNS's: there is no address to connect to.</summary>
    public static bool IsUnresolved(this SocketException exception) =>
        exception.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery;

    /// <summary>The order of DNS, but the two families in turn: one that leads nowhere holds up the other only once.</summary>
    private static IPAddress[] Alternate(IReadOnlyList<IPAddress> addresses) =>
    [
        .. addresses.GroupBy(static address => address.AddressFamily).SelectMany(static (family, rank) => family.Select((address, place) => (address, place, rank)))
            .OrderBy(static entry => (entry.place, entry.rank)).Select(static entry => entry.address),
    ];

    private static async Task<Attempt> DialAsync(IPAddress address, int port, Action<Socket>? prepare, CancellationToken cancellationToken)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            prepare?.Invoke(socket);
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
            return new Attempt(address, new NetworkStream(socket, ownsSocket: true), SocketError.Success);
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
        {
            socket?.Dispose();
            return new Attempt(address, null, exception switch
            {
                SocketException refusal => refusal.SocketErrorCode,
                OperationCanceledException => SocketError.TimedOut,
                _ => SocketError.ConnectionReset, // Between the connect and its stream.
            });
        }
    }

    private static SocketException Explain(List<Attempt> failed) => failed.Count == 0
        ? new SocketException((int)SocketError.NoData, "the name has no address")
        : new SocketException(
            (int)failed[^1].Error,
            $"accepts no connection ({string.Join(", ", failed.Select(static attempt => $"{attempt.Address}: {(attempt.Error == SocketError.TimedOut ? "no answer" : attempt.Error)}"))})");

    private static TimeSpan Positive(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.FromMilliseconds(1);

    private sealed record Attempt(IPAddress Address, Stream? Stream, SocketError Error);
}
