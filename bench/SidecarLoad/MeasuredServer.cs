using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Processes;

namespace SidecarLoad;

/// <summary>A server on a core of its own: the Sidecar as it is shipped, or its peer.</summary>
internal sealed class MeasuredServer : IAsyncDisposable
{
    private const string Prefix = "bench";

    // Both have to compile or to grow their heaps first.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    private readonly ChildProcess _process;
    private readonly Callers _callers;
    private readonly string _name;
    private readonly string _cache;

    private MeasuredServer(ChildProcess process, int port, string name, string cache)
    {
        _process = process;
        _callers = new Callers(port);
        _name = name;
        _cache = cache;
    }

    /// <summary>Resident memory now, MB.</summary>
    public double Resident => Megabytes("VmRSS");

    /// <summary>Starts the Sidecar.</summary>
    /// <param name="executable">Its file.</param>
    /// <param name="core">The core it has alone.</param>
    /// <param name="edge">Where misses ask.</param>
    /// <param name="redis">Its cache; null: its own memory.</param>
    public static async Task<MeasuredServer> StartSidecarAsync(string executable, string core, FakeEdgeApi edge, RedisServer? redis)
    {
        var (port, httpPort) = (FreePort.Next(), FreePort.Next());
        var environment = new Dictionary<string, string?>
        {
            ["SERVER_API_KEY"] = edge.ApiKey,
            ["EDGE_API_URL"] = edge.Url,
            ["API_URL"] = edge.Url,
            ["WS_ENABLED"] = "0",
            ["LOG_LEVEL"] = "error",
            ["PORT"] = Text(port),
            ["HTTP_PORT"] = Text(httpPort),

            // As in the Dockerfile.
            ["DOTNET_EnableDiagnostics"] = "0",
            ["DOTNET_GCGen1MaxBudget"] = "100000",
            ["MALLOC_ARENA_MAX"] = "2",
        };
        if (redis is not null)
        {
            // The layout that the peer reads, too.
            (environment["REDIS_ENVIRONMENT_PREFIX"], environment["CACHE_LAYOUT"]) = (Prefix, "v2");
            (environment["REDIS_HOST"], environment["REDIS_PORT"]) = (redis.Host, Text(redis.Port));
        }

        var process = await ChildProcess.StartAsync(new ChildProcessSpec("taskset", "-c", core, executable) { Environment = environment });
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{httpPort}") };
        await Eventually.HoldsAsync(() => IsReadyAsync(http), "the Sidecar is ready");
        return new MeasuredServer(process, port, "Sidecar", redis is null ? "memory" : "Redis");
    }

    /// <summary>Starts the peer: a Node server with SDK 3.95.0 on the same Redis.</summary>
    public static async Task<MeasuredServer> StartPeerAsync(string core, FakeEdgeApi edge, RedisServer redis)
    {
        var (sdk, grpc) = (await NpmPackage.InstalledAsync("sdk-compatibility"), await NpmPackage.InstalledAsync("sidecar-clients"));
        string[] arguments =
        [
            "-c", core, "node", RepositoryRoot.File("bench", "SidecarLoad", "peer", "server.mjs"), sdk, grpc, RepositoryRoot.File("src", "Sidecar", "Protos"),
            redis.Host, Text(redis.Port), Prefix, edge.Url, edge.ApiKey,
        ];
        var process = await ChildProcess.StartAsync(new ChildProcessSpec("taskset", arguments));
        var ready = await process.WaitForLineAsync(static line => line.StartsWith("""{"port":""", StringComparison.Ordinal), "that it takes calls");
        return new MeasuredServer(process, (int)JsonNode.Parse(ready)!["port"]!, "Node.js, SDK 3.95.0", "Redis");
    }

    /// <summary>Has every customer fetched into the cache.</summary>
    public Task FillAsync() => _callers.FillAsync();

    /// <summary>Warms it up and measures, with a customer on each connection.</summary>
    /// <param name="duration">How long.</param>
    /// <param name="idle">Resident memory before its first call, MB.</param>
    public Task<Figures> MeasureAsync(TimeSpan duration, double idle) => MeasureAsync(_callers.RunAsync, duration, idle, _cache);

    /// <summary>Warms it up and measures, with all customers in turn.</summary>
    /// <inheritdoc cref="MeasureAsync(TimeSpan, double)"/>
    public Task<Figures> MeasureInTurnAsync(TimeSpan duration, double idle) =>
        MeasureAsync(_callers.RunInTurnAsync, duration, idle, string.Create(CultureInfo.InvariantCulture, $"{_cache}, {Customers.Count:#,0} customers in turn"));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _callers.Dispose();
        await _process.DisposeAsync();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            return (await http.GetAsync(new Uri("/readyz", UriKind.Relative))).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<Figures> MeasureAsync(Func<TimeSpan, Task<List<double>>> run, TimeSpan duration, double idle, string cache)
    {
        await run(WarmUp);
        var before = ProcessorSeconds();
        var calls = await run(duration);
        var busy = (ProcessorSeconds() - before) / duration.TotalSeconds;
        return new Figures(_name, cache, calls.Count / duration.TotalSeconds, Latency.Of(calls), busy, idle, Megabytes("VmHWM"));
    }

    private double ProcessorSeconds()
    {
        using var process = Process.GetProcessById(_process.Id);
        return process.TotalProcessorTime.TotalSeconds;
    }

    private double Megabytes(string member)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(member, StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }
}
