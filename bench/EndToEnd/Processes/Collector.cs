using System.Globalization;
using TestKit.Processes;

namespace EndToEnd.Processes;

/// <summary>Where spans are sent.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private Collector(ChildProcess process, string port) => (_process, Port) = (process, int.Parse(port, CultureInfo.InvariantCulture));

    /// <summary>TCP port on loopback.</summary>
    public int Port { get; }

    public static async Task<Collector> StartAsync(Placement placement)
    {
        var process = await ChildProcess.StartAsync(placement.OnServerCore(Environment.ProcessPath!, "null-collector"));
        return new Collector(process, await process.WaitForLineAsync(static line => int.TryParse(line, CultureInfo.InvariantCulture, out _), "its port"));
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
