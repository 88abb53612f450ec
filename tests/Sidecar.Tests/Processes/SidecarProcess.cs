using System.Globalization;
using System.Text.Json.Nodes;
using Grpc.Net.Client;
using Stigg.Sidecar.V1;
using TestKit;
using TestKit.Processes;

namespace Sidecar.Tests.Processes;

/// <summary>The Sidecar as it ships: its executable in a process of its own, configured by environment variables alone.</summary>
internal sealed class SidecarProcess : IAsyncDisposable
{
    private static readonly TimeSpan ExitDeadline = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _process;
    private readonly GrpcChannel _channel;

    private SidecarProcess(ChildProcess process, int port, int httpPort)
    {
        _process = process;
        _channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}");
        Port = port;
        HttpPort = httpPort;
        Client = new SidecarService.SidecarServiceClient(_channel);
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{httpPort}") };
    }

    /// <summary>TCP port of gRPC.</summary>
    public int Port { get; }

    /// <summary>TCP port of HTTP.</summary>
    public int HttpPort { get; }

    /// <summary>gRPC.</summary>
    public SidecarService.SidecarServiceClient Client { get; }

    /// <summary>HTTP/1.1.</summary>
    public HttpClient Http { get; }

    /// <summary>The log so far, one JSON object a line; a line that is none fails the test.</summary>
    public IReadOnlyList<JsonNode> Log => [.. _process.Output.Select(static line => JsonNode.Parse(line) ?? throw new InvalidDataException($"Not an object: {line}"))];

    /// <summary>Everything it printed, as it was printed.</summary>
    public string Printed => string.Join('\n', _process.Output.Concat(_process.Errors));

    /// <summary>Path of the executable: the one built beside the tests, or what SIDECAR_EXECUTABLE names, e.g. a published one.</summary>
    public static string Executable
    {
        get
        {
            var built = new DirectoryInfo(AppContext.BaseDirectory);
            return Environment.GetEnvironmentVariable("SIDECAR_EXECUTABLE") ?? RepositoryRoot.File("src", "Sidecar", "bin", built.Parent!.Name, built.Name, "stigg-sidecar");
        }
    }

    /// <summary>Starts one on free ports, without real-time updates and a pause before its end unless asked for, and does not wait for it.</summary>
    public static async Task<SidecarProcess> LaunchAsync(params (string Name, string Value)[] variables)
    {
        var (port, httpPort) = (FreePort.Next(), FreePort.Next());
        var environment = new Dictionary<string, string?>
        {
            ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["HTTP_PORT"] = httpPort.ToString(CultureInfo.InvariantCulture),
            ["WS_ENABLED"] = "0",
            ["SHUTDOWN_DELAY_IN_SECS"] = "0",
            ["DOTNET_ROOT"] = Environment.GetEnvironmentVariable("DOTNET_ROOT"),
        };
        foreach (var (name, value) in variables)
        {
            environment[name] = value;
        }

        var process = await ChildProcess.StartAsync(new ChildProcessSpec(Executable) { Environment = environment, InheritEnvironment = false });
        return new SidecarProcess(process, port, httpPort);
    }

    /// <summary>Starts one and waits until it is ready.</summary>
    public static async Task<SidecarProcess> StartAsync(params (string Name, string Value)[] variables)
    {
        var sidecar = await LaunchAsync(variables);
        await Eventually.HoldsAsync(sidecar.IsReadyAsync, "the Sidecar is ready");
        return sidecar;
    }

    /// <summary>Whether /readyz answers 200.</summary>
    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await Http.GetAsync(new Uri("/readyz", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            Assert.False(_process.HasExited, Printed);
            return false;
        }
    }

    /// <summary>The value that <c>/metrics</c> shows of a counter without labels.</summary>
    public async Task<double> CounterAsync(string name)
    {
        var page = await Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        return double.Parse(page.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal)).AsSpan(name.Length + 1), CultureInfo.InvariantCulture);
    }

    /// <summary>Sends a signal.</summary>
    public void Send(Signal signal) => _process.Send(signal);

    /// <summary>Waits for the end.</summary>
    public Task<int> WaitForExitAsync() => _process.WaitForExitAsync(ExitDeadline);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _channel.Dispose();
        await _process.DisposeAsync();
    }
}
