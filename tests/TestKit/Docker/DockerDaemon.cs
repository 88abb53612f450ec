using TestKit.Processes;

namespace TestKit.Docker;

/// <summary>A Docker daemon as eng/docker.sh finds or starts it; disposing ends a private one.</summary>
public sealed class DockerDaemon : IAsyncDisposable
{
    private const int Unavailable = 69; // EX_UNAVAILABLE of sysexits.h
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(15); // An image is built from nothing in five.

    private DockerDaemon(string host, string? missing)
    {
        Host = host;
        Missing = missing;
    }

    /// <summary>Value of DOCKER_HOST, e.g. <c>unix:///path</c>; empty: the client's default.</summary>
    public string Host { get; }

    /// <summary>Why there is none; null when it answers.</summary>
    public string? Missing { get; }

    /// <summary>Finds the daemon that answers.</summary>
    /// <param name="orPrivate">Whether a private one is started (as root only) where none does.</param>
    public static async Task<DockerDaemon> StartAsync(bool orPrivate)
    {
        var (exitCode, output, errors) = await RunAsync(string.Empty, Script(orPrivate ? "start" : "find"));
        return exitCode switch
        {
            0 => new DockerDaemon(output, missing: null),
            Unavailable => new DockerDaemon(string.Empty, errors),
            _ => throw new InvalidOperationException($"eng/docker.sh ended with exit code {exitCode}: {errors}"),
        };
    }

    /// <summary>Runs a program that uses the daemon to its end.</summary>
    /// <returns>Its exit code, what it printed, and what it printed to the standard error.</returns>
    public Task<(int ExitCode, string Output, string Errors)> RunAsync(ChildProcessSpec spec) => RunAsync(Host, spec);

    /// <summary>Runs docker to its end.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public async Task<string> DockerAsync(params IReadOnlyList<string> arguments)
    {
        var (exitCode, output, errors) = await RunAsync(new ChildProcessSpec("docker", arguments));
        return exitCode == 0 ? output : throw new InvalidOperationException($"docker {string.Join(' ', arguments)}: {output}\n{errors}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The address of one that was there before is the default or the environment's.
        if (Host.Length > 0 && Host != Environment.GetEnvironmentVariable("DOCKER_HOST"))
        {
            await RunAsync(string.Empty, Script("stop"));
        }
    }

    private static ChildProcessSpec Script(string verb) => new("bash", RepositoryRoot.File("eng", "docker.sh"), verb);

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string host, ChildProcessSpec spec)
    {
        var environment = new Dictionary<string, string?>(spec.Environment);
        if (host.Length > 0)
        {
            environment["DOCKER_HOST"] = host;
        }

        await using var child = await ChildProcess.StartAsync(spec with { Environment = environment });
        var exitCode = await child.WaitForExitAsync(Deadline);
        return (exitCode, string.Join('\n', child.Output), string.Join('\n', child.Errors));
    }
}
