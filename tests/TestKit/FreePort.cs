using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TestKit;

/// <summary>Finds TCP ports that nobody listens on.</summary>
public static class FreePort
{
    // Below are ports that services on a developer's machine have.
    private const int Lowest = 10_000;
    private const int FewestToChooseFrom = 1_000;

    private static readonly ConcurrentDictionary<int, bool> Given = new();

    // The kernel gives outgoing connections a port from here on. One that is free now may be some connection's a moment later, on a machine with a
    // hundred of them a second: the server that was to have it then fails to start.
    private static readonly int Highest = FirstOfOutgoingConnections();

    /// <summary>A port that was free a moment ago and that no connection gets by chance. No other call in this process gives it again.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = Highest - Lowest < FewestToChooseFrom ? 0 : Random.Shared.Next(Lowest, Highest);
            if (TryBind(port) is { } free && Given.TryAdd(free, value: true))
            {
                return free;
            }
        }
    }

    /// <summary>On all addresses, so that a listener on any of them is noticed. Port 0 takes what the kernel gives.</summary>
    private static int? TryBind(int port)
    {
        try
        {
            using var socket = Socket.OSSupportsIPv6
                ? new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true }
                : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, port));
            return ((IPEndPoint)socket.LocalEndPoint!).Port;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return null;
        }
    }

    private static int FirstOfOutgoingConnections()
    {
        const string Setting = "/proc/sys/net/ipv4/ip_local_port_range";
        return File.Exists(Setting) ? int.Parse(File.ReadAllText(Setting).Split('\t', ' ')[0], CultureInfo.InvariantCulture) : 32_768; // Linux's default
    }
}
