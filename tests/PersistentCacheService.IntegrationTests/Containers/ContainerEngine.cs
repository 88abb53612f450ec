using DotNet.Testcontainers.Configurations;
using TestKit;
using TestKit.Processes;

namespace PersistentCacheService.IntegrationTests.Containers;

/// <summary>
/// The Docker daemon of the container tests and the images they run on: published ones, or (CONTAINER_IMAGES=local, and in CI) stand-ins made of
/// this machine's programs by eng/container-images.sh, where no registry is reached.
/// </summary>
public sealed class ContainerEngine : IAsyncLifetime
{
    private const int Unavailable = 69; // EX_UNAVAILABLE of sysexits.h

    private static readonly bool IsLocal = Prerequisite.IsContinuousIntegration || Environment.GetEnvironmentVariable("CONTAINER_IMAGES") is "local";

    private string? _missing;
    private string _host = string.Empty;

    /// <summary>Images of Redis and what replaces it.</summary>
    public static IReadOnlyList<string> RedisImages { get; } = IsLocal
        ? [.. new[] { "redis", "valkey" }.Where(static engine => Prerequisite.Program($"{engine}-server", string.Empty).IsPresent).Select(static engine => $"local/{engine}:latest")]
        : ["redis:6.2", "redis:7.4", "redis:8", "valkey/valkey:8"];

    /// <summary>Image of the queue; from version 4.15 on LocalStack wants an account, and Testcontainers reads the version from the tag.</summary>
    public static string QueueImage { get; } = IsLocal ? "local/local-sqs:4.7" : "localstack/localstack:4.7.0";

    /// <summary>Path that answers when the queue is up.</summary>
    public static string QueueHealth { get; } = IsLocal ? "/_local/health" : "/_localstack/health";

    /// <summary>Where the daemon listens.</summary>
    public string Endpoint => _host.Length > 0 ? _host : "unix:///var/run/docker.sock";

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        var (exitCode, output, errors) = await RunAsync(RepositoryRoot.File("eng", "docker.sh"), "start");
        if (exitCode != 0)
        {
            Assert.Equal(Unavailable, exitCode);
            _missing = errors;
            return;
        }

        _host = output;
        if (IsLocal)
        {
            // The reaper is an image of its own, which cannot be pulled either; the tests dispose their containers.
            TestcontainersSettings.ResourceReaperEnabled = false;
            (exitCode, output, errors) = await RunAsync(RepositoryRoot.File("eng", "container-images.sh"));
            Assert.True(exitCode == 0, $"The images cannot be made:\n{output}\n{errors}");
        }

        Console.WriteLine($"container tests run on {string.Join(", ", RedisImages)} and {QueueImage}");
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        // A daemon of ours has an address of its own.
        if (_host.Contains("persistent-cache-service", StringComparison.Ordinal))
        {
            await RunAsync(RepositoryRoot.File("eng", "docker.sh"), "stop");
        }
    }

    /// <summary>Skips the test where no Docker answers, and fails it in CI.</summary>
    public void Demand()
    {
        if (_missing is not null)
        {
            Prerequisite.SkipOrFail(_missing);
        }
    }

    private async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] command)
    {
        var environment = new Dictionary<string, string?>();
        if (_host.Length > 0)
        {
            environment["DOCKER_HOST"] = _host;
        }

        await using var child = await ChildProcess.StartAsync(new ChildProcessSpec("bash", command) { Environment = environment });
        var exitCode = await child.WaitForExitAsync(TimeSpan.FromMinutes(5));
        return (exitCode, string.Join('\n', child.Output), string.Join('\n', child.Errors));
    }
}
