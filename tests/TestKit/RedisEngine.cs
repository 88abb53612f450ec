using Xunit;

namespace TestKit;

/// <summary>A server that speaks Redis' protocol and takes redis-server's arguments.</summary>
/// <param name="Name">Its name and first version number, e.g. <c>valkey-8</c>.</param>
/// <param name="Version">Its version, as it tells it.</param>
/// <param name="Program">Its executable: a path, or a name on the PATH.</param>
public sealed record RedisEngine(string Name, string Version, string Program)
{
    /// <summary>Environment variable with another executable for all tests that do not ask for an engine of their own.</summary>
    public const string Variable = "REDIS_SERVER";

    /// <summary>The names that <c>eng/engines.sh</c> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["redis-6", "redis-7", "redis-8", "valkey-8", "valkey-9", "garnet"];

    /// <summary>The one that tests use unless they ask for another.</summary>
    public static RedisEngine Usual { get; } = new("redis", "", Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } program ? program : "redis-server");

    /// <summary>Whether <see cref="Usual"/> is another one than this machine's redis-server.</summary>
    public static bool IsChosen => Usual.Program != "redis-server";

    /// <summary>Finds one that <c>eng/engines.sh</c> got; skips the test with the reason when it could not be had.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static RedisEngine Demand(string name)
    {
        var list = RepositoryRoot.File("artifacts", "engines.tsv");
        var found = File.Exists(list)
            ? File.ReadAllLines(list).Select(static line => line.Split('\t')).FirstOrDefault(engine => engine[0] == name)
            : null;
        Skip.If(found is null, $"{name} is not at hand: eng/engines.sh gets it, or says why not");
        return new RedisEngine(found![0], found[1], found[2]);
    }
}
