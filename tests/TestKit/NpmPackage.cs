using System.Collections.Concurrent;
using TestKit.Processes;

namespace TestKit;

/// <summary>The npm packages of the tests, each a directory of its own below <c>tests</c>, installed from their lock files on first use.</summary>
public static class NpmPackage
{
    private static readonly TimeSpan LockDeadline = TimeSpan.FromMinutes(3);
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Installed = new();

    /// <summary>Installs a package and gives the directory to run it in. Skips the test (fails in CI) when there is no npm.</summary>
    /// <param name="name">Its directory below <c>tests</c>.</param>
    public static Task<string> InstalledAsync(string name)
    {
        Prerequisite.Npm.Demand();
        return Installed.GetOrAdd(name, static name => new Lazy<Task<string>>(() => InstallAsync(name))).Value;
    }

    private static async Task<string> InstallAsync(string name)
    {
        var directory = RepositoryRoot.File("tests", name);
        var wanted = new FileInfo(Path.Combine(directory, "package-lock.json"));
        var installed = Path.Combine(directory, "node_modules", ".package-lock.json"); // npm writes it last.
        var lockFile = Path.Combine(directory, "node_modules.lock");

        // Several test assemblies may get here at the same time, each in a process of its own.
        FileStream? held = null;
        await Eventually.HoldsAsync(() => (held = TryLock(lockFile)) is not null, $"{lockFile} is free", LockDeadline);
        await using (held)
        {
            if (!File.Exists(installed) || File.GetLastWriteTimeUtc(installed) < wanted.LastWriteTimeUtc)
            {
                await ChildProcess.RunAsync(new ChildProcessSpec("npm", "ci", "--no-fund", "--no-audit", "--loglevel=error") { WorkingDirectory = directory });
            }
        }

        return directory;
    }

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
