using System.Net;
using System.Net.Sockets;

namespace TestKit;

/// <summary>Finds TCP ports of loopback that nobody listens on.</summary>
public static class FreePort
{
    /// <summary>A port that was free a moment ago. A server that loses the race to bind it must be started again on another.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
