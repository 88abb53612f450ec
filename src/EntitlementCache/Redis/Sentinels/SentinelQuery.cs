using System.Globalization;
using System.Text;
using EntitlementCache.Settings;

namespace EntitlementCache.Redis.Sentinels;

/// <summary>
/// Asks one sentinel, over a connection that is used for nothing else. StackExchange.Redis's own way follows a failover inside one multiplexer; here every
/// connection is a new one, and one question is all there is to it.
/// </summary>
internal static class SentinelQuery
{
    /// <summary>Where the primary is, null: the sentinel has no primary of that name.</summary>
    /// <exception cref="RedisFailureException">It refuses, or is no sentinel.</exception>
    /// <exception cref="IOException">The connection ended.</exception>
    public static async Task<HostAndPort?> AskAsync(Stream stream, string master, string? username, string? password, CancellationToken cancellationToken)
    {
        var request = new StringBuilder();
        if (password is not null)
        {
            Append(request, username is null ? ["AUTH", password] : ["AUTH", username, password]);
        }

        Append(request, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", master);
        await SendAsync(stream, Encoding.UTF8.GetBytes(request.ToString()), cancellationToken);
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        if (password is not null)
        {
            await ReadLineAsync("AUTH", reader, cancellationToken);
        }

        return await ReadLineAsync("SENTINEL", reader, cancellationToken) switch
        {
            "*-1" => null,
            "*2" when await ReadTextAsync(reader, cancellationToken) is var host
                && int.TryParse(await ReadTextAsync(reader, cancellationToken), NumberStyles.None, CultureInfo.InvariantCulture, out var port) => new HostAndPort(host, port),
            _ => throw new RedisFailureException(RedisFailureKind.ProtocolViolation, "The reply to SENTINEL is none that a sentinel gives."),
        };
    }

    /// <summary>Who closes a connection after the handshake has often said why: that is still there to be read, and fails the read with the reason.</summary>
    private static async Task SendAsync(Stream stream, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(request, cancellationToken);
        }
        catch (IOException)
        {
            await stream.ReadExactlyAsync(new byte[1], cancellationToken);
            throw;
        }
    }

    private static void Append(StringBuilder request, params ReadOnlySpan<string> words)
    {
        request.Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
        foreach (var word in words)
        {
            request.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        }
    }

    /// <summary>A short text: its length on a line, itself on the next. Hosts and ports have no line ends.</summary>
    private static async Task<string> ReadTextAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        await ReadLineAsync("SENTINEL", reader, cancellationToken);
        return await ReadLineAsync("SENTINEL", reader, cancellationToken);
    }

    private static async Task<string> ReadLineAsync(string command, StreamReader reader, CancellationToken cancellationToken)
    {
        var line = await reader.ReadLineAsync(cancellationToken) ?? throw new IOException("The connection ended before the answer.");
        return line.StartsWith('-') ? throw ErrorReply.ToFailure(command, line[1..]) : line;
    }
}
