using System.Globalization;
using TestKit.Processes;

namespace TestKit;

/// <summary>A private process of redis-server, or of another engine, on loopback with a data directory of its own; disposing ends it and deletes the directory.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private const int StartAttempts = 5;

    private readonly string _directory = Directory.CreateTempSubdirectory("redis-").FullName;
    private readonly RedisEngine _engine;
    private readonly string[] _arguments;
    private ChildProcess? _process;

    private RedisServer(RedisEngine engine, string[] arguments)
    {
        _engine = engine;
        _arguments = arguments;
    }

    /// <summary>Host name to connect to.</summary>
    public string Host => "127.0.0.1";

    /// <summary>TCP port; stays the same over <see cref="RestartAsync"/>.</summary>
    public int Port { get; private set; }

    /// <summary>Process id.</summary>
    public int ProcessId => Running.Id;

    /// <summary>Directory that holds the server's files.</summary>
    public string DataDirectory => _directory;

    /// <summary>What the server logged since its last start.</summary>
    public IReadOnlyList<string> Log => Running.Output;

    private ChildProcess Running => _process ?? throw new InvalidOperationException("redis-server is not running.");

    /// <summary>Starts a server without persistence and waits until it accepts connections. Skips the test (fails in CI) when redis-server is not installed.</summary>
    /// <param name="arguments">Further redis-server arguments, e.g. <c>--requirepass secret</c>.</param>
    public static Task<RedisServer> StartAsync(params string[] arguments)
    {
        Prerequisite.RedisServer.Demand();
        return StartAsync(RedisEngine.Usual, arguments);
    }

    /// <summary>The same with another engine.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="arguments">Further arguments.</param>
    public static async Task<RedisServer> StartAsync(RedisEngine engine, params string[] arguments)
    {
        var server = new RedisServer(engine, arguments);
        for (var attempt = 1; ; attempt++)
        {
            server.Port = FreePort.Next();
            try
            {
                await server.LaunchAsync();
                return server;
            }
            catch (InvalidOperationException) when (attempt < StartAttempts)
            {
                // Another process took the port between the look-up and the bind.
                await server.KillAsync();
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Sends a signal, e.g. <see cref="Signal.Stop"/> to freeze the server with its sockets open.</summary>
    public void Send(Signal signal) => Running.Send(signal);

    /// <summary>Ends the process at once (SIGKILL); the port is kept for <see cref="RestartAsync"/>.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            await process.DisposeAsync();
        }
    }

    /// <summary>Kills the process if it still runs and starts it anew on the same port and directory.</summary>
    public async Task RestartAsync()
    {
        await KillAsync();
        await LaunchAsync();
    }

    /// <summary>Runs redis-cli against this server and returns what it printed, without the last newline.</summary>
    public async Task<string> CliAsync(params string[] command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var port = Port.ToString(CultureInfo.InvariantCulture);
        await using var cli = await ChildProcess.StartAsync(new ChildProcessSpec("redis-cli", ["-p", port, .. command]));
        await cli.WaitForExitAsync();
        return string.Join('\n', cli.Output);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task LaunchAsync()
    {
        string[] defaults =
        [
            "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _directory, "--save", "", "--appendonly", "no",
        ];
        var process = _process = await ChildProcess.StartAsync(new ChildProcessSpec(_engine.Program, [.. defaults, .. _arguments]));
        // Its own word, not a probe of the port: somebody else may have taken that.
        await Eventually.HoldsAsync(() => process.HasExited || IsReady(process), $"{_engine.Program} accepts connections on port {Port}");
        if (process.HasExited)
        {
            await process.WaitForExitAsync();
            throw new InvalidOperationException(process.Describe($"on port {Port} ended with exit code {process.ExitCode}"));
        }
    }

    private static bool IsReady(ChildProcess process) =>
        process.Output.Any(static line => line.Contains("Ready to accept connections", StringComparison.Ordinal));
}
