using System.Text.Json.Nodes;
using Deployment.Tests.Image;
using TestKit;

namespace Deployment.Tests.Compose;

/// <summary>The services of compose.yaml as containers, each whose image can be had; disposing removes them.</summary>
internal sealed class ComposeProject : IAsyncDisposable
{
    private readonly ComposeTool _tool;
    private readonly ImageFixture _image;
    private readonly ComposeCopy _copy;
    private readonly List<string> _services = [];

    private ComposeProject(ComposeTool tool, ImageFixture image, ComposeCopy copy)
    {
        _tool = tool;
        _image = image;
        _copy = copy;
    }

    /// <summary>The services whose images could be had.</summary>
    public IReadOnlyList<string> Services => _services;

    /// <summary>Gets the images and starts the services, as the file's head says.</summary>
    public static async Task<ComposeProject> UpAsync(ComposeTool tool, ImageFixture image)
    {
        var images = new Dictionary<string, string>
        {
            [ComposeFile.Services["persistent-cache-service"].Text("image")!] = ImageFixture.Image,
            [ComposeFile.Services["local-sqs"].Text("image")!] = await image.LocalSqsAsync(),
            [ComposeFile.Services["stigg-sidecar"].Text("image")!] = await image.SidecarAsync(),
        };
        var project = new ComposeProject(tool, image, new ComposeCopy(images));
        try
        {
            await project.StartAsync(images);
            return project;
        }
        catch
        {
            await project.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where a port of a container is published.</summary>
    public Uri Url(int inside) => _copy.Url(inside);

    /// <summary>The id of a service's container.</summary>
    public async Task<string> IdAsync(string service) =>
        Assert.Single(await ListAsync("ps", "--all", "--filter", $"label=com.docker.compose.service={service}"));

    /// <summary>What Docker knows about a service's container.</summary>
    public async Task<JsonNode> InspectAsync(string service) => JsonNode.Parse(await DockerAsync("inspect", await IdAsync(service)))!.AsArray()[0]!;

    /// <summary>Runs docker to its end.</summary>
    /// <returns>What it printed.</returns>
    public async Task<string> DockerAsync(params IReadOnlyList<string> arguments)
    {
        var (exitCode, output, errors) = await _image.DockerAsync(arguments);
        Assert.True(exitCode == 0, $"docker {string.Join(' ', arguments)}: {output}\n{errors}");
        return output;
    }

    /// <summary>What the services have printed.</summary>
    public async Task<string> LogAsync() => (await ComposeAsync("logs", "--no-color", "--tail", "40")).Output;

    /// <summary>Stops and removes everything, as the file's head says.</summary>
    /// <returns>What is left all the same: ids of containers and networks, names of volumes.</returns>
    public async Task<IReadOnlyList<string>> DownAsync()
    {
        var mounted = new List<string?>();
        foreach (var service in _services)
        {
            mounted.AddRange((await InspectAsync(service))["Mounts"]!.AsArray().Select(mount => mount.Text("Name")));
        }

        var (exitCode, output, errors) = await ComposeAsync("down", "--volumes");
        Assert.True(exitCode == 0, output + errors);
        var volumes = (await DockerAsync("volume", "ls", "--quiet")).Split('\n');
        return [.. await ListAsync("ps", "--all"), .. await ListAsync("network", "ls"), .. volumes.Intersect(mounted.OfType<string>())];
    }

    public async ValueTask DisposeAsync()
    {
        await ComposeAsync("down", "--volumes", "--timeout", "1"); // Does nothing when they are gone.
        _copy.Dispose();
    }

    private async Task StartAsync(IReadOnlyDictionary<string, string> images)
    {
        var (exitCode, output, errors) = await _image.RunAsync("bash", RepositoryRoot.File("eng", "compose-images.sh"));
        Assert.True(exitCode == 0, output + errors);
        foreach (var (name, service) in ComposeFile.Services)
        {
            var image = service.Text("image")!;
            if ((await _image.DockerAsync("image", "inspect", images.GetValueOrDefault(image, image))).ExitCode == 0)
            {
                _services.Add(name);
            }
        }

        (exitCode, output, errors) = await ComposeAsync(["up", "--no-build", _tool.IsCurrent ? "--wait" : "--detach", .. _services]);
        Assert.True(exitCode == 0, $"{output}\n{errors}\n{await LogAsync()}");
        foreach (var service in _services)
        {
            await BecomesWellAsync(service);
        }
    }

    // Healthy where the service has a check, else running; or done, where others wait for that.
    private async Task BecomesWellAsync(string service)
    {
        var runsToItsEnd = ComposeFile.Services.Any(other => other.Value.Text($"depends_on.{service}.condition") == "service_completed_successfully");
        var id = await IdAsync(service);
        JsonNode? state = null;
        try
        {
            await Eventually.HoldsAsync(
                async () =>
                {
                    state = JsonNode.Parse(await DockerAsync("inspect", "--format", "{{json .State}}", id));
                    return runsToItsEnd
                        ? state.Text("Status") == "exited" && state.Number("ExitCode") == 0
                        : state.Text("Status") == "running" && state.Text("Health.Status") is null or "healthy";
                },
                $"{service} is well",
                TimeSpan.FromMinutes(2));
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{service}: {state}\n{await LogAsync()}", exception);
        }
    }

    private Task<(int ExitCode, string Output, string Errors)> ComposeAsync(params ReadOnlySpan<string> arguments)
    {
        var words = _tool.CommandLine(_copy.File, ["--project-name", _copy.Project, .. arguments]);
        return _image.RunAsync(words[0], [.. words.Skip(1)]);
    }

    private async Task<string[]> ListAsync(params IReadOnlyList<string> arguments) =>
        (await DockerAsync([.. arguments, "--quiet", "--filter", $"label=com.docker.compose.project={_copy.Project}"])).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
