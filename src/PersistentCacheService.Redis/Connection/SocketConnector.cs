using System.Net;
using System.Net.Sockets;

namespace PersistentCacheService.Redis.Connection;

/// <summary>Opens TCP connections to the configured host.</summary>
internal static class SocketConnector
{
    /// <summary>TCP_USER_TIMEOUT of Linux, which .NET has no name for: how long sent data may stay unacknowledged.</summary>
    private const int TcpUserTimeout = 18;

    private const int KeepAliveSeconds = 15;
    private const int KeepAliveIntervalSeconds = 5;
    private const int KeepAliveProbes = 3;

    /// <summary>Resolves the name anew and tries its addresses in order; each gets its share of the time that is left.</summary>
    /// <exception cref="RedisException">No address, or none accepts.</exception>
    public static async Task<Stream> ConnectAsync(RedisOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var addresses = await ResolveAsync(options.Host, cancellationToken);
        var failures = new List<string>();
        for (var i = 0; i < addresses.Length; i++)
        {
            var left = options.ConnectTimeout - clock.GetElapsedTime(started);
            using var share = new CancellationTokenSource(Positive(left / (addresses.Length - i)), clock);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(share.Token, cancellationToken);
            try
            {
                return await ConnectAsync(new IPEndPoint(addresses[i], options.Port), options, both.Token);
            }
            catch (SocketException exception)
            {
                failures.Add($"{addresses[i]}: {exception.SocketErrorCode}");
            }
            catch (IOException)
            {
                // Reset between the connect and its stream.
                failures.Add($"{addresses[i]}: {SocketError.ConnectionReset}");
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                failures.Add($"{addresses[i]}: no answer");
            }
        }

        throw new RedisException(RedisErrorKind.ConnectFailed, $"{options.Host}:{options.Port} accepts no connection ({string.Join(", ", failures)}).");
    }

    private static async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken);
            return addresses is { Length: > 0 } ? addresses : throw new RedisException(RedisErrorKind.NameNotResolved, $"The name {host} has no address.");
        }
        catch (SocketException exception)
        {
            throw new RedisException(RedisErrorKind.NameNotResolved, $"The name {host} cannot be resolved: {exception.SocketErrorCode}.", innerException: exception);
        }
    }

    private static async Task<Stream> ConnectAsync(IPEndPoint endpoint, RedisOptions options, CancellationToken cancellationToken)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveIntervalSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
            if (OperatingSystem.IsLinux())
            {
                var milliseconds = (int)(options.SilenceLimit * 2).TotalMilliseconds;
                socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpUserTimeout, BitConverter.GetBytes(milliseconds));
            }

            await socket.ConnectAsync(endpoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static TimeSpan Positive(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.FromMilliseconds(1);
}
