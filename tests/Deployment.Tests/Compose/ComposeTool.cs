using System.Globalization;
using TestKit;
using TestKit.Processes;

namespace Deployment.Tests.Compose;

/// <summary>Docker Compose: docker's plugin, which the documentation shows, else the program docker-compose, which in Debian 12 is the older one in Python.</summary>
internal sealed class ComposeTool
{
    private readonly string[] _words;
    private readonly int _major;

    private ComposeTool(string[] words, string version)
    {
        _words = words;
        _major = int.Parse(version.TrimStart('v').Split('.')[0], CultureInfo.InvariantCulture);
        Description = $"{string.Join(' ', words)} {version}";
    }

    /// <summary>What runs, with its version.</summary>
    public string Description { get; }

    /// <summary>Whether it takes the file as it is and can wait for health: version 1 refuses the project's name and has no <c>up --wait</c>.</summary>
    public bool IsCurrent => _major >= 2;

    /// <summary>The one that is installed. Without any the test is skipped and the reason printed, in CI as well: not every build server has Docker.</summary>
    public static async Task<ComposeTool> DemandAsync()
    {
        foreach (var words in new[] { new[] { "docker", "compose" }, ["docker-compose"] })
        {
            if (Prerequisite.Program(words[0], "").IsPresent && await VersionAsync(words) is { } version)
            {
                return new ComposeTool(words, version);
            }
        }

        const string Reason = "no docker compose: https://docs.docker.com/compose/install/linux/, or apt-get install docker-compose";
        Console.WriteLine($"skipped: {Reason}");
        Skip.If(true, Reason);
        throw new InvalidOperationException(Reason);
    }

    /// <summary>The command line for the file.</summary>
    public IReadOnlyList<string> CommandLine(string file, params ReadOnlySpan<string> arguments) => [.. _words, "--file", file, "--project-directory", RepositoryRoot.Directory, .. arguments];

    private static async Task<string?> VersionAsync(string[] words)
    {
        await using var child = await ChildProcess.StartAsync(new ChildProcessSpec(words[0], [.. words[1..], "version", "--short"]));
        return await child.WaitForExitAsync(TimeSpan.FromMinutes(1)) == 0 ? child.Output.FirstOrDefault(line => line.Length > 0) : null;
    }
}
