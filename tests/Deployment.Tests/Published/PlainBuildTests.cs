using TestKit;
using TestKit.Processes;

namespace Deployment.Tests.Published;

/// <summary>What a developer types works without the native compiler: only the image's publish needs it.</summary>
public sealed class PlainBuildTests : IDisposable
{
    private static readonly string Project = RepositoryRoot.File("src", "PersistentCacheService");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("plain-");

    // The configuration that the tests were built in: what is run has been built beside them.
    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Dotnet_run_starts_the_worker()
    {
        var printed = await ChildProcess.RunAsync(new ChildProcessSpec("dotnet", "run", "--project", Project, "--configuration", Configuration, "--no-build", "--", "--version"));

        Assert.StartsWith("persistent-cache-service ", printed[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plain_publish_is_a_worker_for_the_shared_runtime()
    {
        await ChildProcess.RunAsync(new ChildProcessSpec(
            "dotnet", "publish", Project, "--configuration", Configuration, "--no-build", "--output", _folder.FullName, "--nologo", "--verbosity", "quiet"));

        var printed = await ChildProcess.RunAsync(new ChildProcessSpec(Path.Combine(_folder.FullName, "persistent-cache-service"), "--version"));

        Assert.StartsWith("persistent-cache-service ", printed[^1], StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder.FullName, "StackExchange.Redis.dll")), "The packages are no files of their own: it was compiled to one.");
    }
}
