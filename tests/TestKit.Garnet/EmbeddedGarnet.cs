using System.Globalization;
using Garnet;

namespace TestKit.Engines;

/// <summary>Microsoft's Garnet inside this process: speaks Redis' protocol where no redis-server can be had.</summary>
public sealed class EmbeddedGarnet : IDisposable
{
    private readonly GarnetServer _server;

    private EmbeddedGarnet(GarnetServer server, int port)
    {
        _server = server;
        Port = port;
    }

    /// <summary>Version of the engine, as its package has it.</summary>
    public static string Version { get; } = typeof(GarnetServer).Assembly.GetName().Version!.ToString(fieldCount: 3);

    /// <summary>Host name to connect to.</summary>
    public string Host => "127.0.0.1";

    /// <summary>TCP port.</summary>
    public int Port { get; }

    /// <summary>Starts it on a free port of loopback, in memory only, with the Lua that the worker's scripts need. Its scripts are atomic only in transaction mode, which is off by default.</summary>
    /// <param name="port">Another port; null: a free one.</param>
    public static EmbeddedGarnet Start(int? port = null)
    {
        var listening = port ?? FreePort.Next();

        // Its defaults are those of a large server: 16 GB of memory.
        var server = new GarnetServer(
        [
            "--bind", "127.0.0.1", "--port", listening.ToString(CultureInfo.InvariantCulture), "--memory", "256m", "--page", "4m", "--index", "16m", "--lua", "true", "--lua-transaction-mode", "true",
        ]);
        server.Start();
        return new EmbeddedGarnet(server, listening);
    }

    /// <inheritdoc/>
    public void Dispose() => _server.Dispose();
}
