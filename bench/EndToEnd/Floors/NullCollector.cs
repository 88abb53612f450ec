using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EndToEnd.Floors;

/// <summary>An OpenTelemetry collector that takes everything over HTTP and looks at nothing.</summary>
internal static class NullCollector
{
    private static readonly byte[] Answer = [.. "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n"u8];

    /// <summary>Listens on a free port of loopback, prints it, and serves until it is killed.</summary>
    public static async Task RunAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await Console.Out.WriteLineAsync(((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture));
        while (true)
        {
            _ = ServeAsync(await listener.AcceptSocketAsync());
        }
    }

    private static async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            socket.NoDelay = true;
            var input = new byte[64 * 1024];
            for (var filled = 0; await socket.ReceiveAsync(input.AsMemory(filled)) is > 0 and var read;)
            {
                filled += read;
                if (LengthOf(input.AsSpan(0, filled)) is not { } length)
                {
                    continue;
                }

                // Requests come one after the other: what is left is the rest of this one.
                for (var left = length - filled; left > 0; left -= await socket.ReceiveAsync(input))
                {
                }

                await socket.SendAsync(Answer);
                filled = 0;
            }
        }
    }

    /// <returns>Bytes of the whole request; null: its head is not complete.</returns>
    private static int? LengthOf(ReadOnlySpan<byte> request)
    {
        var name = "Content-Length: "u8;
        var head = request.IndexOf("\r\n\r\n"u8);
        return head < 0 ? null
            : Utf8Parser.TryParse(request[(request.IndexOf(name) + name.Length)..], out int length, out _) ? head + 4 + length
            : throw new InvalidDataException("The request does not tell its length.");
    }
}
