namespace TestKit;

/// <summary>Where the checked-out repository lies, wherever the tests run from.</summary>
public static class RepositoryRoot
{
    private const string Marker = "PersistentCacheService.sln";

    /// <summary>The repository's directory: the nearest one above the test assembly that holds the solution.</summary>
    public static string Directory { get; } = Find();

    /// <summary>A path inside the repository.</summary>
    public static string File(params ReadOnlySpan<string> parts) => Path.Combine([Directory, .. parts]);

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(directory.FullName, Marker)))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException($"No {Marker} above {AppContext.BaseDirectory}: tests run from inside the repository.");
    }
}
