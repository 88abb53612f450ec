using System.Globalization;
using TestKit;
using TestKit.Processes;

namespace Deployment.Tests.Compose;

/// <summary>
/// The services of compose.yaml as processes on free ports of this machine, with the commands, files and environment they have there. Where a
/// container has a path or a host name of its own, the process has a directory of the test or loopback.
/// </summary>
internal sealed class ComposeProcesses : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("compose-").FullName;
    private readonly List<ChildProcess> _processes = [];
    private readonly Dictionary<string, int> _ports = new()
    {
        ["redis:6379"] = FreePort.Next(),
        ["local-sqs:4566"] = FreePort.Next(),
        ["prometheus:9090"] = FreePort.Next(),
    };

    private string Certificates => Directory.CreateDirectory(Path.Combine(_directory, "certificates")).FullName;

    /// <summary>Where a service answers on this machine.</summary>
    public Uri Url(string service) => new($"http://127.0.0.1:{_ports[service]}");

    /// <summary>Makes the certificates, as the service that runs before all others.</summary>
    public async Task MakeCertificatesAsync() =>
        await ChildProcess.RunAsync(new ChildProcessSpec("sh", RepositoryRoot.File("deploy", "compose", "make-certificates.sh"), Certificates));

    /// <summary>Starts redis-server with its configuration file.</summary>
    public async Task StartRedisAsync()
    {
        var configuration = await FileAsync("redis.conf", "deploy/compose/redis.conf", text => text
            .Replace("/etc/redis/users.acl", RepositoryRoot.File("deploy", "compose", "users.acl"), StringComparison.Ordinal)
            .Replace("tls-port 6379", $"tls-port {_ports["redis:6379"]}", StringComparison.Ordinal));
        var server = await StartAsync("redis-server", ComposeFile.Command("redis").Skip(1).Select(word => word == "/etc/redis/redis.conf" ? configuration : word));
        await server.WaitForLineAsync(line => line.Contains("Ready to accept connections", StringComparison.Ordinal), "Ready to accept connections");
    }

    /// <summary>Runs Redis's health check.</summary>
    /// <returns>What it printed.</returns>
    public async Task<string> CheckRedisAsync()
    {
        var words = ComposeFile.Healthcheck("redis").Select(Here).ToList();
        return string.Join('\n', await ChildProcess.RunAsync(
            new ChildProcessSpec(words[0], [.. words.Skip(1).SelectMany(word => word == "redis" ? ["localhost", "-p", Port("redis:6379")] : new[] { word })])));
    }

    /// <summary>Starts the SQS emulator.</summary>
    public async Task StartSqsAsync()
    {
        var built = new DirectoryInfo(AppContext.BaseDirectory);
        await StartAsync(
            RepositoryRoot.File("src", "LocalSqs", "bin", built.Parent!.Name, built.Name, "local-sqs"), [.. ComposeFile.Command("local-sqs"), "--port", Port("local-sqs:4566")]);
    }

    /// <summary>The worker's environment.</summary>
    public Dictionary<string, string?> WorkerEnvironment()
    {
        var environment = ComposeFile.Services["persistent-cache-service"]!["environment"]!.AsObject()
            .ToDictionary(variable => variable.Key, variable => (string?)Here(variable.Value!.GetValue<string>()));
        Assert.Equal("redis", environment["REDIS_HOST"]);
        environment["REDIS_HOST"] = "localhost"; // The certificate is for this name, too.
        environment["REDIS_PORT"] = Port("redis:6379");
        return environment;
    }

    /// <summary>The arguments of the worker's health check.</summary>
    public string[] WorkerHealthcheck() => [.. ComposeFile.Healthcheck("persistent-cache-service").Skip(1)];

    /// <summary>Starts Prometheus with its configuration, our rules, and a worker on another port as its target.</summary>
    public async Task StartPrometheusAsync(int workerPort)
    {
        var configuration = await FileAsync("prometheus.yml", "deploy/compose/prometheus.yml", text => text
            .Replace("/etc/prometheus/rules.yaml", RepositoryRoot.File("deploy", "prometheus", "rules.yaml"), StringComparison.Ordinal)
            .Replace("persistent-cache-service:4000", $"127.0.0.1:{workerPort}", StringComparison.Ordinal));
        await StartAsync("prometheus", [
            .. ComposeFile.Command("prometheus").Select(word => word
                .Replace("/etc/prometheus/prometheus.yml", configuration, StringComparison.Ordinal)
                .Replace("=/prometheus", "=" + Path.Combine(_directory, "prometheus"), StringComparison.Ordinal)),
            $"--web.listen-address=127.0.0.1:{Port("prometheus:9090")}",
        ]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private string Port(string service) => _ports[service].ToString(CultureInfo.InvariantCulture);

    // Paths and addresses of the containers as they are on this machine.
    private string Here(string text) => _ports.Aggregate(
        text.Replace("/certificates/", Certificates + "/", StringComparison.Ordinal),
        (changed, port) => changed.Replace(port.Key, $"127.0.0.1:{port.Value}", StringComparison.Ordinal));

    private async Task<string> FileAsync(string name, string source, Func<string, string> change)
    {
        var path = Path.Combine(_directory, name);
        await File.WriteAllTextAsync(path, Here(change(await File.ReadAllTextAsync(RepositoryRoot.File(source)))));
        return path;
    }

    private async Task<ChildProcess> StartAsync(string program, IEnumerable<string> arguments)
    {
        var process = await ChildProcess.StartAsync(new ChildProcessSpec(program, [.. arguments]) { WorkingDirectory = _directory });
        _processes.Add(process);
        return process;
    }
}
