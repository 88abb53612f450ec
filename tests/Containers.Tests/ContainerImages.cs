using TestKit;
using TestKit.Docker;
using TestKit.Processes;

namespace Containers.Tests;

/// <summary>What the containers are made of: published images, or where they cannot be had what eng/container-images.sh makes of this machine's programs.</summary>
/// <param name="Redis">Images of Redis, and of what replaces it.</param>
/// <param name="Queue">Image that answers SQS's protocol.</param>
/// <param name="HasReaper">Whether Testcontainers can start its own clean-up.</param>
/// <param name="Notes">Why an image was replaced or left out, a line each.</param>
public sealed record ContainerImages(IReadOnlyList<string> Redis, string Queue, bool HasReaper, IReadOnlyList<string> Notes)
{
    private const string StandIn = "local/";

    /// <summary>Path that answers 200 when the queue is up.</summary>
    public string QueueHealth => Queue.StartsWith(StandIn, StringComparison.Ordinal) ? "/_local/health" : "/_localstack/health";

    /// <summary>Gets or makes them.</summary>
    /// <param name="daemon">Where they are needed.</param>
    /// <param name="reaper">Image of Testcontainers' clean-up.</param>
    public static async Task<ContainerImages> GetAsync(DockerDaemon daemon, string reaper)
    {
        var (exitCode, output, errors) = await daemon.RunAsync(new ChildProcessSpec("bash", RepositoryRoot.File("eng", "container-images.sh"), reaper));
        Assert.True(exitCode == 0, $"The images can be neither pulled nor made:\n{output}\n{errors}");
        var images = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split(' ')).ToLookup(static words => words[0], static words => words[1]);
        return new ContainerImages([.. images["redis"]], images["queue"].Single(), images["reaper"].Any(), errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join('\n', [$"containers of {string.Join(", ", Redis)} and {Queue}", .. Notes]);
}
