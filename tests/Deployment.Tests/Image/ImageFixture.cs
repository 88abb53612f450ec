using TestKit;
using TestKit.Docker;
using TestKit.Processes;

namespace Deployment.Tests.Image;

/// <summary>The image, built once for all of its tests. It takes minutes, so it is built in CI and on request only.</summary>
public sealed class ImageFixture : IAsyncLifetime
{
    /// <summary>Name and tag of the image under test.</summary>
    public const string Image = $"persistent-cache-service:{Version}";

    private const string Version = "0.0.0-test";
    private const int Unavailable = 69; // EX_UNAVAILABLE of sysexits.h

    private static readonly bool IsWanted = Prerequisite.IsContinuousIntegration || Environment.GetEnvironmentVariable("IMAGE_TESTS") is "1";

    private string? _missing = "the image is tested in CI, or with IMAGE_TESTS=1";
    private DockerDaemon? _daemon;

    /// <summary>What eng/image.sh lists beside the image: its packages.</summary>
    public string BillOfMaterials { get; } = RepositoryRoot.File("artifacts", $"persistent-cache-service-{Version}.cdx.json");

    /// <summary>The compressed image.</summary>
    public string Archive { get; } = RepositoryRoot.File("artifacts", $"persistent-cache-service-{Version}.tar.gz");

    /// <summary>The compressed image of the Sidecar, once <see cref="SidecarAsync"/> has built it.</summary>
    public string SidecarArchive { get; } = RepositoryRoot.File("artifacts", $"stigg-sidecar-{Version}.tar.gz");

    public async Task InitializeAsync()
    {
        if (!IsWanted)
        {
            return;
        }

        _daemon = await DockerDaemon.StartAsync(orPrivate: true);
        _missing = _daemon.Missing;
        if (_missing is null)
        {
            var (exitCode, output, errors) = await BuildAsync("worker");
            _missing = exitCode == Unavailable ? errors : null;
            Assert.True(exitCode is 0 or Unavailable, $"The image does not build:\n{output}\n{errors}");
        }
    }

    public async Task DisposeAsync()
    {
        if (_daemon is not null)
        {
            await _daemon.DisposeAsync();
        }
    }

    /// <summary>Returns when there is an image to test; else the test is skipped and the reason printed, in CI as well: not every build server can run Docker.</summary>
    public void Demand()
    {
        if (_missing is not null)
        {
            Console.WriteLine($"skipped: {_missing}");
            Skip.If(true, _missing);
        }
    }

    /// <summary>Builds the emulator's image, which few tests need.</summary>
    /// <returns>Its name and tag.</returns>
    public Task<string> LocalSqsAsync() => OtherAsync("local-sqs", "local-sqs");

    /// <summary>Builds the Sidecar's image, which few tests need.</summary>
    /// <returns>Its name and tag.</returns>
    public Task<string> SidecarAsync() => OtherAsync("sidecar", "stigg-sidecar");

    private async Task<string> OtherAsync(string target, string name)
    {
        var (exitCode, output, errors) = await BuildAsync(target);
        Assert.True(exitCode == 0, $"The image {name} does not build:\n{output}\n{errors}");
        return $"{name}:{Version}";
    }

    /// <summary>Runs docker to its end.</summary>
    public Task<(int ExitCode, string Output, string Errors)> DockerAsync(params IReadOnlyList<string> arguments) => RunAsync("docker", arguments);

    /// <summary>Runs a program that uses the Docker daemon to its end.</summary>
    public Task<(int ExitCode, string Output, string Errors)> RunAsync(string program, params IReadOnlyList<string> arguments) =>
        _daemon!.RunAsync(new ChildProcessSpec(program, arguments));

    private Task<(int ExitCode, string Output, string Errors)> BuildAsync(string target) =>
        _daemon!.RunAsync(new ChildProcessSpec("bash", RepositoryRoot.File("eng", "image.sh"))
        {
            Environment = new Dictionary<string, string?> { ["VERSION"] = Version, ["TARGET"] = target, ["KEEP_DAEMON"] = "1" },
        });
}
