using System.Globalization;

namespace Deployment.Tests.Image;

/// <summary>A container of the image, confined as in Kubernetes, on the host's network; disposing removes it.</summary>
internal sealed class WorkerContainer : IAsyncDisposable
{
    /// <summary>Options of docker run that take away what the worker must not need, as docs/security.md shows them.</summary>
    public static readonly IReadOnlyList<string> Confinement =
    [
        "--read-only", "--user", "1654", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--memory", "128m",
    ];

    private readonly ImageFixture _image;
    private readonly string _id;

    private WorkerContainer(ImageFixture image, string id)
    {
        _image = image;
        _id = id;
    }

    /// <summary>Starts the worker.</summary>
    /// <param name="image">The image.</param>
    /// <param name="environment">Its environment variables.</param>
    /// <param name="directory">A directory to mount read-only under the same path.</param>
    public static async Task<WorkerContainer> StartAsync(ImageFixture image, IReadOnlyDictionary<string, string> environment, string? directory = null)
    {
        string[] mount = directory is null ? [] : ["--volume", $"{directory}:{directory}:ro"];
        var (exitCode, id, errors) = await image.DockerAsync(
            ["run", "--detach", "--network", "host", .. Confinement, .. mount, .. environment.SelectMany(v => new[] { "--env", $"{v.Key}={v.Value}" }), ImageFixture.Image]);
        Assert.True(exitCode == 0, errors);
        return new WorkerContainer(image, id);
    }

    /// <summary>What the worker has printed.</summary>
    public async Task<string> LogAsync()
    {
        var (_, output, errors) = await _image.DockerAsync("logs", _id);
        return output + errors;
    }

    /// <summary>Runs a program in the container.</summary>
    public Task<(int ExitCode, string Output, string Errors)> ExecuteAsync(params IReadOnlyList<string> command) => _image.DockerAsync(["exec", _id, .. command]);

    /// <summary>Sends SIGTERM and waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        await _image.DockerAsync("kill", "--signal", "TERM", _id);
        return await WaitAsync();
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WaitAsync() => int.Parse((await _image.DockerAsync("wait", _id)).Output, CultureInfo.InvariantCulture);

    /// <summary>A line of the process's status, in bytes; null where the host cannot see it.</summary>
    public async Task<long?> MemoryAsync(string line)
    {
        var pid = (await _image.DockerAsync("inspect", "--format", "{{.State.Pid}}", _id)).Output;
        var status = $"/proc/{pid}/status";
        if (!File.Exists(status))
        {
            return null;
        }

        var found = (await File.ReadAllLinesAsync(status)).Single(l => l.StartsWith(line + ":", StringComparison.Ordinal));
        return long.Parse(found.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    public async ValueTask DisposeAsync() => await _image.DockerAsync("rm", "--force", _id);
}
