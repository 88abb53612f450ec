using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using TestKit;
using TestKit.Processes;

namespace PersistentCacheService.IntegrationTests;

/// <summary>The worker as it ships: its executable in a process of its own, configured by environment variables alone, seen through its log lines, its HTTP endpoints and its exit code.</summary>
public sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan ExitDeadline = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _process;
    private readonly HttpClient _http;

    private WorkerProcess(ChildProcess process, int port)
    {
        _process = process;
        Port = port;
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    /// <summary>Process id.</summary>
    public int Id => _process.Id;

    /// <summary>TCP port of its HTTP endpoints.</summary>
    public int Port { get; }

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The log so far, one JSON object a line; a line that is none fails the test.</summary>
    public IReadOnlyList<JsonNode> Log => [.. _process.Output.Select(static line => JsonNode.Parse(line) ?? throw new InvalidDataException($"Not an object: {line}"))];

    /// <summary>Everything it printed, as it was printed.</summary>
    public string Printed => string.Join('\n', _process.Output.Concat(_process.Errors));

    /// <summary>Path of the executable: the one built beside the tests, or what WORKER_EXECUTABLE names, e.g. a published one.</summary>
    private static string Executable
    {
        get
        {
            var built = new DirectoryInfo(AppContext.BaseDirectory);
            return Environment.GetEnvironmentVariable("WORKER_EXECUTABLE")
                ?? RepositoryRoot.File("src", "PersistentCacheService", "bin", built.Parent!.Name, built.Name, "persistent-cache-service");
        }
    }

    /// <summary>Starts a worker with these environment variables, PATH and a PORT, by default a free one.</summary>
    /// <param name="environment">Its environment variables.</param>
    /// <param name="takenPort">Its port; null: a free one.</param>
    /// <param name="unread">What it prints there goes into a pipe that nobody reads.</param>
    /// <param name="arguments">A command instead of the worker; it prints plain lines, and no log.</param>
    public static async Task<WorkerProcess> StartAsync(
        IReadOnlyDictionary<string, string?> environment, int? takenPort = null, UnreadOutput unread = UnreadOutput.None, params string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var port = takenPort ?? FreePort.Next();
        var all = new Dictionary<string, string?>(environment) { ["PORT"] = port.ToString(CultureInfo.InvariantCulture) };
        var spec = (unread, arguments) switch
        {
            (not UnreadOutput.None, _) => IntoUnreadPipe(unread),
            (_, []) => new ChildProcessSpec(Executable),

            // Programs that a shell started in the background, and all that they start, ignore Ctrl-C.
            _ => new ChildProcessSpec("env", ["--default-signal=INT", Executable, .. arguments]),
        };
        var process = await ChildProcess.StartAsync(spec with { Environment = all, InheritEnvironment = false });
        return new WorkerProcess(process, port);
    }

    /// <summary>Starts a worker that sees a hosts file of its own: its executable in a mount namespace.</summary>
    /// <param name="environment">Its environment variables.</param>
    /// <param name="hosts">Path of the file that stands in for /etc/hosts.</param>
    public static async Task<WorkerProcess> StartAsync(IReadOnlyDictionary<string, string?> environment, string hosts)
    {
        var port = FreePort.Next();
        var all = new Dictionary<string, string?>(environment) { ["PORT"] = port.ToString(CultureInfo.InvariantCulture) };
        var spec = new ChildProcessSpec("unshare", "--map-root-user", "--mount", "sh", "-c", "mount --bind \"$0\" /etc/hosts && exec \"$1\"", hosts, Executable);
        return new WorkerProcess(await ChildProcess.StartAsync(spec with { Environment = all, InheritEnvironment = false }), port);
    }

    /// <summary>Runs the executable with arguments to its end.</summary>
    public static async Task<FinishedProcess> RunAsync(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        await using var process = await ChildProcess.StartAsync(new ChildProcessSpec(Executable, arguments) { Environment = environment, InheritEnvironment = false });
        var exitCode = await process.WaitForExitAsync(ExitDeadline);
        return new FinishedProcess(exitCode, string.Join('\n', process.Output), string.Join('\n', process.Output.Concat(process.Errors)));
    }

    /// <summary>Asks <c>/readyz</c>, <c>/livez</c> or another path; null while nobody answers.</summary>
    public async Task<(HttpStatusCode Status, string Body)?> GetAsync(string path)
    {
        try
        {
            using var response = await _http.GetAsync(path);
            return (response.StatusCode, await response.Content.ReadAsStringAsync());
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Waits until <c>/readyz</c> says so.</summary>
    public Task WaitUntilReadyAsync() => WaitAsync(async () => await GetAsync("/readyz") is (HttpStatusCode.OK, _), "the worker is ready");

    /// <summary>Waits for a state of the world; when it does not come, fails with what the worker printed.</summary>
    public async Task WaitAsync(Func<Task<bool>> condition, string what, TimeSpan? deadline = null)
    {
        try
        {
            await Eventually.HoldsAsync(async () => HasExited || await condition(), what, deadline);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message}\n{_process.Describe("is in this state")}", exception);
        }

        if (HasExited && !await condition())
        {
            throw new InvalidOperationException(_process.Describe($"ended (exit code {_process.ExitCode}) before: {what}"));
        }
    }

    /// <summary>Waits for a log line of an event.</summary>
    public async Task<JsonNode> WaitForEventAsync(int eventId, TimeSpan? deadline = null)
    {
        JsonNode? found = null;
        await WaitAsync(() => Task.FromResult((found = Log.FirstOrDefault(line => (int?)line["event"] == eventId)) is not null), $"event {eventId} is logged", deadline);
        return found!;
    }

    /// <summary>A sample of <c>/metrics</c> by its name with labels, e.g. <c>a_total{result="ok"}</c>; null when it is not there.</summary>
    public async Task<double?> MetricAsync(string sample)
    {
        var (_, page) = await GetAsync("/metrics") ?? throw new InvalidOperationException("No answer from /metrics.");
        var line = page.Split('\n').FirstOrDefault(line => line.StartsWith(sample + " ", StringComparison.Ordinal));
        return line is null ? null : double.Parse(line.AsSpan(sample.Length + 1), CultureInfo.InvariantCulture);
    }

    /// <summary>Peak of the resident memory so far, in bytes.</summary>
    public async Task<long> PeakMemoryAsync()
    {
        var lines = await File.ReadAllLinesAsync($"/proc/{Id}/status");
        var peak = lines.First(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(peak.AsSpan("VmHWM:".Length, peak.Length - "VmHWM: kB".Length + 1).Trim(), CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Sends a signal.</summary>
    public void Send(Signal signal) => _process.Send(signal);

    /// <summary>Asks it to stop and returns its exit code.</summary>
    public Task<int> TerminateAsync()
    {
        _process.Send(Signal.Terminate);
        return WaitForExitAsync();
    }

    /// <summary>Waits for its end and returns its exit code.</summary>
    public Task<int> WaitForExitAsync() => _process.WaitForExitAsync(ExitDeadline);

    // A pipe opened for reading and writing by the same process, and full (64 KiB, pipe(7)): the first write hangs.
    private static ChildProcessSpec IntoUnreadPipe(UnreadOutput unread) => new(
        "sh",
        "-c",
        $"mkfifo \"$0\" && exec 3<>\"$0\" && rm \"$0\" && head -c 65536 /dev/zero >&3 && exec \"$1\" {(unread == UnreadOutput.Both ? "1>&3 2>&3" : $"{(int)unread}>&3")}",
        Path.Combine(Path.GetTempPath(), $"unread-{Guid.NewGuid():N}"),
        Executable);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }
}
