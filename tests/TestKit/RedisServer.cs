using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace TestKit;

/// <summary>A private redis-server process on loopback with a data directory of its own; disposing ends it and deletes the directory.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private const int StartAttempts = 5;

    private readonly string _directory = Directory.CreateTempSubdirectory("redis-").FullName;
    private readonly string[] _arguments;
    private Process? _process;

    private RedisServer(string[] arguments) => _arguments = arguments;

    /// <summary>Host name to connect to.</summary>
    public string Host => "127.0.0.1";

    /// <summary>TCP port; stays the same over <see cref="RestartAsync"/>.</summary>
    public int Port { get; private set; }

    /// <summary>Process id, for signals such as SIGSTOP.</summary>
    public int ProcessId => _process?.Id ?? throw new InvalidOperationException("redis-server is not running.");

    /// <summary>Directory that holds the server's files.</summary>
    public string DataDirectory => _directory;

    /// <summary>Starts a server without persistence and waits until it accepts connections.</summary>
    /// <param name="arguments">Further redis-server arguments, e.g. <c>--requirepass secret</c>.</param>
    public static async Task<RedisServer> StartAsync(params string[] arguments)
    {
        var server = new RedisServer(arguments);
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
            }
        }
    }

    /// <summary>Ends the process at once (SIGKILL); the port stays reserved for <see cref="RestartAsync"/>.</summary>
    public async Task KillAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        _process?.Dispose();
        _process = null;
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
        var start = new ProcessStartInfo("redis-cli") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-p");
        start.ArgumentList.Add(Port.ToString(CultureInfo.InvariantCulture));
        foreach (var word in command)
        {
            start.ArgumentList.Add(word);
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException("redis-cli did not start.");
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output.TrimEnd('\n');
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task LaunchAsync()
    {
        var start = new ProcessStartInfo("redis-server") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] defaults =
        [
            "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _directory, "--save", "", "--appendonly", "no",
        ];
        foreach (var word in defaults.Concat(_arguments))
        {
            start.ArgumentList.Add(word);
        }

        _process = Process.Start(start) ?? throw new InvalidOperationException("redis-server did not start.");
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Eventually.HoldsAsync(AcceptsOrExitedAsync, $"redis-server accepts connections on port {Port}");
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"redis-server on port {Port} ended with exit code {_process.ExitCode}.");
        }
    }

    private async Task<bool> AcceptsOrExitedAsync()
    {
        if (_process!.HasExited)
        {
            return true;
        }

        try
        {
            using var probe = new TcpClient();
            await probe.ConnectAsync(Host, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
