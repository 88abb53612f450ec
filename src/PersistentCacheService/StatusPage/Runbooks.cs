using System.Collections.Frozen;
using System.Reflection;
using System.Text;
using EntitlementCache.Redis;
using PersistentCacheService.Queue.Sqs;

namespace PersistentCacheService.StatusPage;

/// <summary>The runbooks of docs/runbooks, which this executable brings along: they can be read when nothing else can be reached.</summary>
internal static class Runbooks
{
    private const string Extension = ".md";

    private static readonly FrozenDictionary<string, byte[]> Pages = Load();

    /// <summary>Name and title of each, in the order of the alphabet.</summary>
    public static IReadOnlyList<(string Name, string Title)> All { get; } = [.. Pages
        .Select(static page => (page.Key, Title(page.Value)))
        .OrderBy(static page => page.Key, StringComparer.Ordinal)];

    /// <summary>The text of one, in Markdown; null: there is none of that name.</summary>
    public static byte[]? Find(string name) => Pages.GetValueOrDefault(name);

    /// <summary>What to read when Redis takes no writes.</summary>
    public static string For(RedisFailureKind kind) => kind switch
    {
        RedisFailureKind.OutOfMemory => "PersistentCacheRedisOutOfMemory",
        RedisFailureKind.ReadOnly or RedisFailureKind.NotPrimary or RedisFailureKind.MasterDown => "PersistentCacheRedisReadOnly",
        _ when kind.NeedsConfiguration() => "PersistentCacheRedisMisconfigured",
        _ => "PersistentCacheRedisDisconnected",
    };

    /// <summary>What to read when a queue cannot be used.</summary>
    public static string For(SqsErrorKind kind) => kind.IsConfigurationError() ? "PersistentCacheQueueMisconfigured" : "PersistentCacheReceiveErrors";

    private static FrozenDictionary<string, byte[]> Load()
    {
        var assembly = typeof(Runbooks).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(static name => name.EndsWith(Extension, StringComparison.Ordinal))
            .ToFrozenDictionary(static name => name[..^Extension.Length], name => Read(assembly, name), StringComparer.Ordinal);
    }

    private static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    // "# Name", an empty line, "What is wrong. Severity: ...".
    private static string Title(byte[] page)
    {
        var first = Encoding.UTF8.GetString(page).Split('\n').Skip(1).FirstOrDefault(static line => line.Length > 0) ?? "";
        return first.Split(". Severity", 2)[0].TrimEnd('.');
    }
}
