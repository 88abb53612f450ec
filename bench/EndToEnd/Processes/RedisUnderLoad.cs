using System.Globalization;
using TestKit;
using TestKit.Processes;

namespace EndToEnd.Processes;

/// <summary>A redis-server, or the server that only says yes.</summary>
internal sealed class RedisUnderLoad : IAsyncDisposable
{
    private readonly RedisServer? _server;
    private readonly ChildProcess? _null;

    private RedisUnderLoad(RedisServer? server, ChildProcess? @null, int port)
    {
        _server = server;
        _null = @null;
        Port = port;
    }

    /// <summary>TCP port on loopback.</summary>
    public int Port { get; }

    public int ProcessId => _server?.ProcessId ?? _null!.Id;

    public static async Task<RedisUnderLoad> StartAsync(Placement placement, bool isNull)
    {
        if (isNull)
        {
            var process = await ChildProcess.StartAsync(placement.OnServerCore(Environment.ProcessPath!, "null-redis"));
            var port = await process.WaitForLineAsync(static line => int.TryParse(line, CultureInfo.InvariantCulture, out _), "its port");
            return new RedisUnderLoad(null, process, int.Parse(port, CultureInfo.InvariantCulture));
        }

        var server = await RedisServer.StartAsync();
        await placement.MoveToServerCoreAsync(server.ProcessId);
        return new RedisUnderLoad(server, null, server.Port);
    }

    /// <summary>How often it read from its sockets so far: pipelined commands that come together are one read. Null when it cannot tell.</summary>
    public async Task<long?> CountReadsAsync()
    {
        if (_server is null)
        {
            return null;
        }

        const string Name = "total_reads_processed:";
        var info = await _server.CliAsync("INFO", "stats");
        var line = info.Split('\n').FirstOrDefault(static line => line.StartsWith(Name, StringComparison.Ordinal));
        return line is null ? null : long.Parse(line[Name.Length..].Trim(), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_null is not null)
        {
            await _null.DisposeAsync();
        }
    }
}
