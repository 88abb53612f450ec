namespace PersistentCacheService.FaultTests.RedisFaults;

/// <summary>A mounted secret: it is replaced as a whole, as Kubernetes does.</summary>
internal sealed class SecretFile : IDisposable
{
    public SecretFile(string content)
    {
        Path = System.IO.Path.GetTempFileName();
        File.WriteAllText(Path, content + "\n");
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Replaces it.</summary>
    public async Task WriteAsync(string content)
    {
        await File.WriteAllTextAsync(Path + ".new", content + "\n");
        File.Move(Path + ".new", Path, overwrite: true);
    }

    /// <inheritdoc/>
    public void Dispose() => File.Delete(Path);
}
