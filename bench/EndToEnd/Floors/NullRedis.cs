using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EndToEnd.Floors;

/// <summary>A server that answers each command at once and stores nothing: scripts wrote one key, everything else is OK.</summary>
internal static class NullRedis
{
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
            var commands = new CommandCounter();
            var input = new byte[64 * 1024];
            var output = new MemoryStream();
            while (await socket.ReceiveAsync(input) is > 0 and var read)
            {
                output.SetLength(0);
                commands.Read(input.AsSpan(0, read), output);
                if (output.Length > 0)
                {
                    await socket.SendAsync(output.GetBuffer().AsMemory(0, (int)output.Length));
                }
            }
        }
    }
}
