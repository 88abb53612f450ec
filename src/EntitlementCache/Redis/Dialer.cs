using System.Net.Sockets;
using EntitlementCache.Outbound;
using EntitlementCache.Settings;

namespace EntitlementCache.Redis;

/// <summary>Opens TCP connections to the configured host, and says why when none can be opened, which StackExchange.Redis does not.</summary>
internal static class Dialer
{
    /// <summary>TCP_USER_TIMEOUT of Linux, which .NET has no name for: how long sent data may stay unacknowledged.</summary>
    private const int TcpUserTimeout = 18;

    private const int KeepAliveSeconds = 15;
    private const int KeepAliveIntervalSeconds = 5;
    private const int KeepAliveProbes = 3;

    /// <summary>Resolves the name again and tries its addresses side by side.</summary>
    /// <exception cref="RedisFailureException">No address, or none accepts.</exception>
    public static async Task<Stream> ConnectAsync(RedisSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await SideBySide.ConnectAsync(settings.Host, settings.Port, socket => Prepare(socket, settings), settings.ConnectTimeout, time, cancellationToken);
        }
        catch (SocketException exception) when (exception.IsUnresolved())
        {
            throw new RedisFailureException(RedisFailureKind.NameNotResolved, $"The name {settings.Host} cannot be resolved: {exception.SocketErrorCode}.", exception);
        }
        catch (SocketException exception)
        {
            throw new RedisFailureException(RedisFailureKind.ConnectFailed, $"{settings.Host}:{settings.Port} {exception.Message}.", exception);
        }
    }

    private static void Prepare(Socket socket, RedisSettings settings)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveIntervalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
        if (OperatingSystem.IsLinux())
        {
            var milliseconds = (int)(Liveness.SilenceLimit(settings.CommandTimeout) * 2).TotalMilliseconds;
            socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpUserTimeout, BitConverter.GetBytes(milliseconds));
        }
    }
}
