using TestKit.Processes;

namespace TestKit;

/// <summary>The npm package of <see cref="FauxqsServer"/>, installed from its lock file on first use.</summary>
internal static class FauxqsPackage
{
    private static readonly TimeSpan LockDeadline = TimeSpan.FromMinutes(3);
    private static readonly Lazy<Task<string>> Once = new(InstallAsync);

    /// <summary>The directory to run the emulator in.</summary>
    public static Task<string> InstalledAsync() => Once.Value;

    private static async Task<string> InstallAsync()
    {
        var directory = RepositoryRoot.File("tests", "fauxqs");
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
