using System.Text.Json.Nodes;
using TestKit;

namespace PersistentCacheService.Tests.Contract;

/// <summary>The executable form of the contract: copies of the law's files, embedded so that they travel with the tests.</summary>
internal static class ContractFile
{
    /// <summary>State before, message, state after.</summary>
    public const string Vectors = "vectors.json";

    /// <summary>Body and what it means.</summary>
    public const string DecodeVectors = "decode-vectors.json";

    /// <summary>Public event names and their effects.</summary>
    public const string Events = "events.json";

    /// <summary>Where the law itself lies on the machines of its owners.</summary>
    public static string LawDirectory => RepositoryRoot.File("..", "shared", "contract");

    public static string ReadText(string name)
    {
        using var stream = typeof(ContractFile).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    public static JsonNode Read(string name) => JsonNode.Parse(ReadText(name))!;
}
