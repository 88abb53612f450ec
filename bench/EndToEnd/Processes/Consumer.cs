using System.Globalization;
using EndToEnd.Scenarios;
using TestKit;
using TestKit.Processes;

namespace EndToEnd.Processes;

/// <summary>A process that drains the queue: what is measured.</summary>
internal sealed class Consumer : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly HttpClient _http;
    private readonly bool _hasPages;

    private Consumer(ChildProcess process, int port, bool hasPages)
    {
        _process = process;
        _hasPages = hasPages;
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(5) };
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Starts one; it may not be ready yet.</summary>
    /// <param name="scenario">Who, and with which settings.</param>
    /// <param name="programs">Where the programs are.</param>
    /// <param name="placement">Where they run.</param>
    /// <param name="emulator">The queue.</param>
    /// <param name="redisPort">TCP port of Redis on loopback.</param>
    /// <param name="collector">Where a traced scenario sends its spans; null: nowhere.</param>
    public static async Task<Consumer> StartAsync(Scenario scenario, Programs programs, Placement placement, Emulator emulator, int redisPort, Collector? collector = null)
    {
        var port = FreePort.Next();
        var spec = scenario.Subject switch
        {
            Subject.Worker => placement.OnWorkerCore(programs.Worker),
            Subject.Baseline => placement.OnWorkerCore(programs.Baseline ?? throw new InvalidOperationException("The older service is not here.")),
            Subject.Peer => placement.OnWorkerCore("node", programs.Peer ?? throw new InvalidOperationException("The peer is not here.")),
            _ => placement.OnWorkerCore(Environment.ProcessPath!, "null-consumer"),
        };
        var process = await ChildProcess.StartAsync(spec with { InheritEnvironment = false, Environment = Settings(scenario, emulator, redisPort, port, collector) });
        return new Consumer(process, port, scenario.Subject is not Subject.NullConsumer);
    }

    /// <summary>Waits until it says that it is ready.</summary>
    public async Task WaitUntilReadyAsync()
    {
        if (!_hasPages)
        {
            return;
        }

        try
        {
            await Eventually.HoldsAsync(async () => HasExited || await IsReadyAsync(), "/readyz answers 200");
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException(_process.Describe("does not become ready"), exception);
        }

        ThrowIfExited();
    }

    /// <summary>Whether /readyz answers 200 now.</summary>
    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await _http.GetAsync("/readyz");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <exception cref="InvalidOperationException">It has ended; the message holds what it printed.</exception>
    public void ThrowIfExited()
    {
        if (HasExited)
        {
            throw new InvalidOperationException(_process.Describe($"ended with exit code {_process.ExitCode}"));
        }
    }

    /// <summary>What it needed so far, as the kernel sees it.</summary>
    public ProcFigures ReadProc() => ProcFigures.Read(_process.Id);

    /// <summary>Its metrics; an empty page for a process that has none.</summary>
    public async Task<Exposition> ReadMetricsAsync() => _hasPages ? Exposition.Parse(await _http.GetStringAsync("/metrics")) : Exposition.Empty;

    /// <summary>Ends it as Kubernetes does.</summary>
    public async Task StopAsync()
    {
        _process.Send(Signal.Terminate);
        await _process.WaitForExitAsync(TimeSpan.FromSeconds(40));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }

    private static Dictionary<string, string?> Settings(Scenario scenario, Emulator emulator, int redisPort, int port, Collector? collector)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["QUEUE_URL"] = emulator.QueueUrl,
            ["SQS_ENDPOINT"] = emulator.Endpoint, // the peer's and the null consumer's name for the next one
            ["AWS_ENDPOINT_URL_SQS"] = emulator.Endpoint,
            ["AWS_REGION"] = "us-east-1",
            ["AWS_ACCESS_KEY_ID"] = "x",
            ["AWS_SECRET_ACCESS_KEY"] = "x",
            ["REDIS_HOST"] = "127.0.0.1",
            ["REDIS_PORT"] = redisPort.ToString(CultureInfo.InvariantCulture),
            ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["BATCH_SIZE"] = scenario.BatchSize.ToString(CultureInfo.InvariantCulture),
            ["CONSUMERS"] = scenario.Consumers.ToString(CultureInfo.InvariantCulture),
            ["CACHE_LAYOUT"] = scenario.Layout,
            ["CACHE_UPDATE_POLICY"] = "UPSERT",
            ["KEYS_TTL_IN_SECS"] = "604800",
            ["SERVER_API_KEY"] = "bench",
            ["EDGE_API_URL"] = "http://127.0.0.1:9", // nobody listens: no message of the mix needs it
            ["DISABLE_SENTRY"] = "1",
            ["DOTNET_EnableDiagnostics"] = "0", // these three as in the image
            ["DOTNET_GCGen1MaxBudget"] = "100000",
            ["MALLOC_ARENA_MAX"] = "2",
        };
        if (collector is not null)
        {
            settings["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{collector.Port}/v1/traces");
            settings["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] = "http/protobuf";
            settings["OTEL_TRACES_SAMPLER"] = "traceidratio";
            settings["OTEL_TRACES_SAMPLER_ARG"] = scenario.TracedShare?.ToString(CultureInfo.InvariantCulture);
        }

        foreach (var (name, value) in scenario.Environment)
        {
            settings[name] = value;
        }

        return settings;
    }
}
