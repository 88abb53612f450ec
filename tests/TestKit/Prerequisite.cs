using Xunit;

namespace TestKit;

/// <summary>Something a test needs and the repository cannot bring along. When it is missing, the test fails in CI and is skipped, with a line that tells how to install it, elsewhere.</summary>
public sealed class Prerequisite
{
    private const string InstallAll = "eng/prerequisites.sh";

    private readonly string _program;
    private readonly string _install;

    private Prerequisite(string program, string install)
    {
        _program = program;
        _install = install;
    }

    /// <summary>The Redis server and its command-line client.</summary>
    public static Prerequisite RedisServer { get; } = new("redis-server", $"apt-get install redis-server, or {InstallAll}");

    /// <summary>Node.js with npm, for the SQS emulator that is not ours and for Stigg's readers.</summary>
    public static Prerequisite Npm { get; } = new("npm", "install Node.js 20 or newer with npm");

    /// <summary>Prometheus' own checker of rules and exposition pages.</summary>
    public static Prerequisite Promtool { get; } = new("promtool", $"apt-get install prometheus, or {InstallAll}");

    /// <summary>The browser that pages are tested in.</summary>
    public static Prerequisite Chromium { get; } = new("chromium", $"apt-get install chromium fonts-dejavu-core, or {InstallAll}");

    /// <summary>True on a build server (environment variable CI), where nothing may be skipped.</summary>
    public static bool IsContinuousIntegration { get; } = Environment.GetEnvironmentVariable("CI") is "true" or "1";

    /// <summary>Whether the program is on the PATH.</summary>
    public bool IsPresent => Environment.GetEnvironmentVariable("PATH")?
        .Split(Path.PathSeparator)
        .Any(directory => File.Exists(Path.Combine(directory, _program))) ?? false;

    /// <summary>A prerequisite named by the program that must be on the PATH and the way to get it.</summary>
    public static Prerequisite Program(string program, string install) => new(program, install);

    /// <summary>Returns when the prerequisite is there. The calling test must be a <c>SkippableFact</c> or <c>SkippableTheory</c>.</summary>
    public void Demand()
    {
        if (!IsPresent)
        {
            SkipOrFail($"{_program} is missing: {_install}");
        }
    }

    /// <summary>Skips the running test with <paramref name="reason"/>, or fails it in CI.</summary>
    public static void SkipOrFail(string reason)
    {
        if (IsContinuousIntegration)
        {
            throw new InvalidOperationException($"CI must run every test, but {reason}");
        }

        Console.WriteLine($"skipped: {reason}");
        Skip.If(true, reason);
    }
}
