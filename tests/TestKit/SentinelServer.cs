using System.Globalization;
using TestKit.Processes;

namespace TestKit;

/// <summary>A private sentinel (<c>redis-server --sentinel</c>) on loopback that watches one primary; disposing ends it and deletes its files.</summary>
public sealed class SentinelServer : IAsyncDisposable
{
    /// <summary>Name of the primary.</summary>
    public const string Master = "cache";

    private readonly string _directory = Directory.CreateTempSubdirectory("sentinel-").FullName;
    private readonly string[] _settings;
    private ChildProcess? _process;

    private SentinelServer(string[] settings) => _settings = settings;

    /// <summary>Host to connect to.</summary>
    public string Host => "127.0.0.1";

    /// <summary>TCP port; stays the same over <see cref="RestartAsync"/>.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>As a setting of the service.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    /// <summary>Starts some sentinels of a primary and waits until each knows the others and all replicas.</summary>
    /// <param name="primary">Whom they watch.</param>
    /// <param name="count">How many; a failover needs more than half of them.</param>
    /// <param name="replicas">How many replicas they must find.</param>
    /// <param name="settings">Further lines of their configuration.</param>
    public static async Task<IReadOnlyList<SentinelServer>> StartAsync(RedisServer primary, int count, int replicas, params string[] settings)
    {
        ArgumentNullException.ThrowIfNull(primary);
        Prerequisite.RedisServer.Demand();
        var port = primary.Port.ToString(CultureInfo.InvariantCulture);
        string[] watched =
        [
            $"sentinel monitor {Master} {primary.Host} {port} {((count / 2) + 1).ToString(CultureInfo.InvariantCulture)}",
            $"sentinel down-after-milliseconds {Master} 1000", $"sentinel failover-timeout {Master} 3000", .. settings,
        ];
        var sentinels = Enumerable.Range(0, count).Select(_ => new SentinelServer(watched)).ToArray();
        foreach (var sentinel in sentinels)
        {
            await sentinel.LaunchAsync();
        }

        foreach (var sentinel in sentinels)
        {
            await Eventually.HoldsAsync(
                async () => await sentinel.FieldAsync("num-other-sentinels") == count - 1 && await sentinel.FieldAsync("num-slaves") == replicas, "the sentinels know each other and the replicas");
        }

        return sentinels;
    }

    /// <summary>Ends the process at once.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            await process.DisposeAsync();
        }
    }

    /// <summary>Starts it again, with what it had written down.</summary>
    public async Task RestartAsync()
    {
        await KillAsync();
        await LaunchAsync();
    }

    /// <summary>Port of the primary that this sentinel names.</summary>
    public async Task<int> PrimaryPortAsync() => await FieldAsync("port");

    /// <summary>Runs redis-cli against this sentinel.</summary>
    public async Task<IReadOnlyList<string>> CliAsync(params string[] command)
    {
        ArgumentNullException.ThrowIfNull(command);
        await using var cli = await ChildProcess.StartAsync(new ChildProcessSpec("redis-cli", ["-p", Port.ToString(CultureInfo.InvariantCulture), .. command]));
        await cli.WaitForExitAsync();
        return cli.Output;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>A number of what it says about the primary; -1: it does not say.</summary>
    private async Task<int> FieldAsync(string name)
    {
        var lines = (await CliAsync("SENTINEL", "MASTER", Master)).ToList();
        var index = lines.IndexOf(name);
        return index >= 0 && int.TryParse(lines[index + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : -1;
    }

    private async Task LaunchAsync()
    {
        // It rewrites the file; the first lines are needed once.
        var file = Path.Combine(_directory, "sentinel.conf");
        if (!File.Exists(file))
        {
            await File.WriteAllLinesAsync(file, [string.Create(CultureInfo.InvariantCulture, $"port {Port}"), "bind 127.0.0.1", $"dir {_directory}", .. _settings]);
        }

        var process = _process = await ChildProcess.StartAsync(new ChildProcessSpec("redis-server", [file, "--sentinel"]));
        await process.WaitForLineAsync(static line => line.Contains("+monitor", StringComparison.Ordinal), "the sentinel watches");
    }
}
