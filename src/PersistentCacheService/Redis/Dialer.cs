using System.Net;
using System.Net.Sockets;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Redis;

/// <summary>Opens TCP connections to the configured host, and says why when none can be opened, which StackExchange.Redis does not.</summary>
internal static class Dialer
{
    /// <summary>TCP_USER_TIMEOUT of Linux, which .NET has no name for: how long sent data may stay unacknowledged.</summary>
    private const int TcpUserTimeout = 18;

    private const int KeepAliveSeconds = 15;
    private const int KeepAliveIntervalSeconds = 5;
    private const int KeepAliveProbes = 3;

    /// <summary>Resolves the name again and tries its addresses in order; each gets its share of the time that is left.</summary>
    /// <exception cref="RedisFailureException">No address, or none accepts.</exception>
    public static async Task<Stream> ConnectAsync(RedisSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var addresses = await ResolveAsync(settings.Host, cancellationToken);
        var failures = new List<string>();
        for (var i = 0; i < addresses.Length; i++)
        {
            var left = settings.ConnectTimeout - time.GetElapsedTime(started);
            using var share = new CancellationTokenSource(Positive(left / (addresses.Length - i)), time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(share.Token, cancellationToken);
            try
            {
                return await ConnectAsync(new IPEndPoint(addresses[i], settings.Port), settings, both.Token);
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

        throw new RedisFailureException(RedisFailureKind.ConnectFailed, $"{settings.Host}:{settings.Port} accepts no connection ({string.Join(", ", failures)}).");
    }

    private static async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken);
            return addresses is { Length: > 0 } ? addresses : throw new RedisFailureException(RedisFailureKind.NameNotResolved, $"The name {host} has no address.");
        }
        catch (SocketException exception)
        {
            throw new RedisFailureException(RedisFailureKind.NameNotResolved, $"The name {host} cannot be resolved: {exception.SocketErrorCode}.", exception);
        }
    }

    private static async Task<Stream> ConnectAsync(IPEndPoint endpoint, RedisSettings settings, CancellationToken cancellationToken)
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
                var milliseconds = (int)(Liveness.SilenceLimit(settings.CommandTimeout) * 2).TotalMilliseconds;
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
