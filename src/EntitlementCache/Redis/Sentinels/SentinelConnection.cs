using System.Globalization;
using System.Text;
using EntitlementCache.Settings;

namespace EntitlementCache.Redis.Sentinels;

/// <summary>
/// A connection to one sentinel, for one question at a time. StackExchange.Redis's own way follows a failover inside one multiplexer; here every connection to Redis is a new
/// one, and where the primary is is all there is to ask. After any failure it is of no use.
/// </summary>
/// <param name="stream">The connection, TLS included; it is closed with this one.</param>
internal sealed class SentinelConnection(Stream stream) : IAsyncDisposable
{
    private readonly StreamReader _reader = new(stream, Encoding.UTF8, leaveOpen: true);

    /// <summary>Proves the user.</summary>
    /// <exception cref="RedisFailureException">It is refused.</exception>
    /// <exception cref="IOException">The connection ended.</exception>
    public async Task AuthenticateAsync(string? username, string password, CancellationToken cancellationToken)
    {
        await SendAsync(username is null ? ["AUTH", password] : ["AUTH", username, password], cancellationToken);
        await ReadLineAsync("AUTH", cancellationToken);
    }

    /// <summary>Where the primary is, null: the sentinel has no primary of that name.</summary>
    /// <exception cref="RedisFailureException">It refuses, or is no sentinel.</exception>
    /// <exception cref="IOException">The connection ended.</exception>
    public async Task<HostAndPort?> AskAsync(string master, CancellationToken cancellationToken)
    {
        await SendAsync(["SENTINEL", "GET-MASTER-ADDR-BY-NAME", master], cancellationToken);
        return await ReadLineAsync("SENTINEL", cancellationToken) switch
        {
            "*-1" => null,
            "*2" when await ReadTextAsync(cancellationToken) is var host
                && int.TryParse(await ReadTextAsync(cancellationToken), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65_535 => new HostAndPort(host, port),
            _ => throw new RedisFailureException(RedisFailureKind.ProtocolViolation, "The reply to SENTINEL is none that a sentinel gives."),
        };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        return stream.DisposeAsync();
    }

    /// <summary>Who closes a connection after the handshake has often said why: that is still there to be read, and fails the read with the reason.</summary>
    private async Task SendAsync(string[] words, CancellationToken cancellationToken)
    {
        var request = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
        foreach (var word in words)
        {
            request.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        }

        try
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(request.ToString()), cancellationToken);
        }
        catch (IOException)
        {
            await stream.ReadExactlyAsync(new byte[1], cancellationToken);
            throw;
        }
    }

    /// <summary>A short text: its length on a line, itself on the next. Hosts and ports have no line ends.</summary>
    private async Task<string> ReadTextAsync(CancellationToken cancellationToken)
    {
        await ReadLineAsync("SENTINEL", cancellationToken);
        return await ReadLineAsync("SENTINEL", cancellationToken);
    }

    private async Task<string> ReadLineAsync(string command, CancellationToken cancellationToken)
    {
        var line = await _reader.ReadLineAsync(cancellationToken) ?? throw new IOException("The connection ended before the answer.");
        return line.StartsWith('-') ? throw ErrorReply.ToFailure(command, line[1..]) : line;
    }
}
