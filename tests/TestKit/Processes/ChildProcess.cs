using System.Diagnostics;
using System.Text;

namespace TestKit.Processes;

/// <summary>A running program whose output is captured and that takes signals. Disposing kills it; so does the end of the test process, however it ends.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private const int LinesInMessages = 30;

    private readonly Process _process;
    private readonly string _name;
    private readonly Lock _lock = new();
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];
    private readonly Action<string>? _onLine;
    private readonly Task _bothStreamsRead;

    private ChildProcess(Process process, ChildProcessSpec spec)
    {
        _process = process;
        _name = Path.GetFileName(spec.Program);
        _onLine = spec.OnLine;
        _bothStreamsRead = Task.WhenAll(ReadAsync(process.StandardOutput, _output), ReadAsync(process.StandardError, _errors));
    }

    /// <summary>Process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether the program has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The exit code of an ended program; 128 + signal number when a signal ended it.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>The lines printed to the standard output so far.</summary>
    public IReadOnlyList<string> Output => Snapshot(_output);

    /// <summary>The lines printed to the standard error so far.</summary>
    public IReadOnlyList<string> Errors => Snapshot(_errors);

    /// <summary>Starts the program.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program.</exception>
    public static async Task<ChildProcess> StartAsync(ChildProcessSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var start = new ProcessStartInfo { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.StandardOutputEncoding = start.StandardErrorEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        start.WorkingDirectory = spec.WorkingDirectory ?? "";
        DiesWithParent.Apply(start, spec);
        if (!spec.InheritEnvironment)
        {
            KeepOnly(start, "PATH", "HOME", "DOTNET_ROOT");
        }

        foreach (var (variable, value) in spec.Environment)
        {
            start.Environment[variable] = value;
        }

        return new ChildProcess(await ProcessSpawner.StartAsync(start), spec);
    }

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="InvalidOperationException">It ended with another exit code than 0; the message holds what it printed.</exception>
    public static async Task<IReadOnlyList<string>> RunAsync(ChildProcessSpec spec, CancellationToken cancellationToken = default)
    {
        await using var child = await StartAsync(spec);
        if (await child.WaitForExitAsync(cancellationToken) != 0)
        {
            throw new InvalidOperationException(child.Describe($"ended with exit code {child.ExitCode}"));
        }

        return child.Output;
    }

    /// <summary>Sends a signal; an ended process takes none.</summary>
    public void Send(Signal signal)
    {
        if (!_process.HasExited)
        {
            PosixSignal.Send(_process.Id, signal);
        }
    }

    /// <summary>Writes a line to the program's standard input.</summary>
    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Waits until the program has ended and all it printed is captured, and returns its exit code.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken = default)
    {
        await _process.WaitForExitAsync(cancellationToken);
        await _bothStreamsRead.WaitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Waits for the program's end like the other overload, but fails with what it printed when that takes longer than <paramref name="deadline"/>.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan deadline)
    {
        using var source = new CancellationTokenSource(deadline, TimeProvider.System);
        try
        {
            return await WaitForExitAsync(source.Token);
        }
        catch (OperationCanceledException exception)
        {
            throw new TimeoutException(Describe($"still runs after {deadline.TotalSeconds:0} s"), exception);
        }
    }

    /// <summary>Waits for the first line of the standard output that fits, also one printed before the call.</summary>
    /// <exception cref="TimeoutException">No such line came within <paramref name="deadline"/> (default 30 s), or the program ended; the message holds what it printed.</exception>
    public async Task<string> WaitForLineAsync(Func<string, bool> fits, string what, TimeSpan? deadline = null)
    {
        string? line = null;
        try
        {
            await Eventually.HoldsAsync(() => (line = Output.FirstOrDefault(fits)) is not null || _bothStreamsRead.IsCompleted, what, deadline);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException(Describe($"did not print {what}"), exception);
        }

        return line ?? Output.FirstOrDefault(fits) ?? throw new TimeoutException(Describe($"ended without printing {what}"));
    }

    /// <summary>A failure message: what is wrong, and the last lines the program printed.</summary>
    public string Describe(string what) => $"{_name} {what}.\n{Tail("stdout", Output)}\n{Tail("stderr", Errors)}";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static string Tail(string stream, IReadOnlyList<string> lines) =>
        string.Join('\n', lines.TakeLast(LinesInMessages).Select(line => $"    {line}").Prepend($"  {stream}, {lines.Count} lines:"));

    private static void KeepOnly(ProcessStartInfo start, params ReadOnlySpan<string> names)
    {
        foreach (var name in start.Environment.Keys.ToArray())
        {
            if (!names.Contains(name))
            {
                start.Environment.Remove(name);
            }
        }
    }

    private async Task ReadAsync(StreamReader reader, List<string> lines)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_lock)
            {
                lines.Add(line);
            }

            _onLine?.Invoke(line);
        }
    }

    private string[] Snapshot(List<string> lines)
    {
        lock (_lock)
        {
            return [.. lines];
        }
    }
}
