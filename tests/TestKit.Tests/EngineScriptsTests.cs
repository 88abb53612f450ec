using System.Runtime.Versioning;
using TestKit.Processes;

namespace TestKit.Tests;

/// <summary><c>eng/engines.sh</c> and <c>eng/engine-faults.sh</c> in a directory of their own, with programs that play apt and dotnet.</summary>
[SupportedOSPlatform("linux")]
public sealed class EngineScriptsTests : IDisposable
{
    private const string Page =
        """
        # Reliability

        <!-- engines: written by make engines -->
        | fault | Redis 7.0.15 | Valkey 9.1.2 | Garnet 2.2.8 |
        |---|---|---|---|
        <!-- end of engines -->
        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("engine-scripts-");

    private string Calls => Path.Combine(_directory.FullName, "calls");

    private string PageFile => Path.Combine(_directory.FullName, "docs", "reliability.md");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("E: The repository 'http://mirror.test bullseye Release' does not have a Release file.", 3)]
    [InlineData("W: GPG error: http://mirror.test bullseye InRelease: The following signatures couldn't be verified", 3)]
    [InlineData("E: Failed to fetch http://mirror.test/dists/bullseye/InRelease  Could not resolve 'mirror.test'", 1)]
    [InlineData("E: Failed to fetch http://mirror.test/dists/bullseye/InRelease  Could not connect to mirror.test:80 (192.0.2.1), connection timed out", 1)]
    public async Task Only_a_mirror_that_is_not_reached_keeps_the_other_releases_from_being_asked_for(string answer, int asked)
    {
        var errors = await EnginesAsync(answer, userId: 0);

        // bullseye, trixie and forky; bookworm too where the machine has no Redis 7.
        var releases = (await File.ReadAllLinesAsync(Calls)).Where(static call => call.EndsWith(" update", StringComparison.Ordinal)).Select(static call => call.Split(' ')[0]).Distinct().ToList();
        Assert.Equal(asked, releases.Count(static release => release != "bookworm"));
        Assert.Contains(errors, line => line.StartsWith("redis-6 is missing: ", StringComparison.Ordinal) && line.EndsWith(answer, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1000, true)]
    public async Task Only_who_is_not_root_does_without_the_sandbox_of_apt(int userId, bool isWithout)
    {
        await EnginesAsync("E: nothing", userId);

        Assert.All((await File.ReadAllLinesAsync(Calls)).Where(static call => call.EndsWith(" update", StringComparison.Ordinal)), call =>
            Assert.Equal(isWithout, call.Contains("APT::Sandbox::User=", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("redis-7 valkey-9 garnet redis-6", "", 0, "")]
    [InlineData("redis-7 valkey-9 garnet", "valkey-9", 0, "")]
    [InlineData("redis-7 garnet", "", 69, "Not at hand: valkey-9. docs/reliability.md is left as it is.")]
    [InlineData("redis-7 garnet", "garnet", 69, "Not at hand: valkey-9. docs/reliability.md is left as it is.")]
    [InlineData("redis-7 valkey-9 garnet", "valkey-8", 69, "Not at hand: valkey-8. docs/reliability.md is left as it is.")]
    public async Task An_engine_of_the_table_that_is_missing_ends_the_faults(string present, string wanted, int exitCode, string error)
    {
        Copy("engine-faults.sh");
        Write("eng/prerequisites.sh", "");
        Write("eng/engines.sh", $"for name in {present}; do printf '%s\\t1.0.0\\t/bin/true\\n' $name; done >artifacts/engines.tsv");
        Write("bin/dotnet", "echo \"dotnet $*\" >>calls");
        Directory.CreateDirectory(Path.Combine(_directory.FullName, "artifacts"));
        Directory.CreateDirectory(Path.GetDirectoryName(PageFile)!);
        await File.WriteAllTextAsync(PageFile, Page);

        await using var run = await RunAsync("engine-faults.sh", wanted.Length > 0 ? [wanted] : []);

        Assert.Equal((exitCode, error), (run.ExitCode, string.Join('\n', run.Errors)));
        Assert.Equal(exitCode != 0, await File.ReadAllTextAsync(PageFile) == Page);
        Assert.Equal(exitCode == 0, (await File.ReadAllTextAsync(Calls)).Contains("dotnet test", StringComparison.Ordinal));
    }

    private async Task<IReadOnlyList<string>> EnginesAsync(string answer, int userId)
    {
        Copy("engines.sh");
        Write("bin/dotnet", "");
        Write("bin/dpkg-deb", "");
        Write("bin/id", $"echo {userId}");
        Write("bin/apt-get",
            $$"""
            . /etc/os-release
            [ "$1" != indextargets ] || { echo "$VERSION_CODENAME http://mirror.test"; exit; }
            for argument; do case $argument in Dir::Etc::sourcelist=*) release=$(cut -d' ' -f3 "${argument#*=}") ;; esac; done
            echo "$release $*" >>'{{Calls}}'
            cat <<'END'
            {{answer}}
            END
            exit 100
            """);
        await using var run = await RunAsync("engines.sh");
        return run.Errors;
    }

    private async Task<ChildProcess> RunAsync(string script, params string[] arguments)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["PATH"] = $"{Path.Combine(_directory.FullName, "bin")}:{Environment.GetEnvironmentVariable("PATH")}",
            ["XDG_CACHE_HOME"] = Path.Combine(_directory.FullName, "cache"),
        };
        var process = await ChildProcess.StartAsync(new ChildProcessSpec("bash", [Path.Combine(_directory.FullName, "eng", script), .. arguments]) { Environment = environment });
        await process.WaitForExitAsync(TimeSpan.FromMinutes(1));
        return process;
    }

    private void Copy(string script)
    {
        Directory.CreateDirectory(Path.Combine(_directory.FullName, "eng"));
        foreach (var name in new[] { script, "environment.sh" })
        {
            File.Copy(RepositoryRoot.File("eng", name), Path.Combine(_directory.FullName, "eng", name));
        }
    }

    private void Write(string path, string script)
    {
        var file = new FileInfo(Path.Combine(_directory.FullName, path));
        file.Directory!.Create();
        File.WriteAllText(file.FullName, $"#!/usr/bin/env bash\n{script}\n");
        File.SetUnixFileMode(file.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
