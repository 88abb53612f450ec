using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TestKit;

namespace Deployment.Tests.Compose;

/// <summary>compose.yaml as it is in the repository.</summary>
internal static partial class ComposeFile
{
    /// <summary>Where it is.</summary>
    public static string Path { get; } = RepositoryRoot.File("compose.yaml");

    /// <summary>Its text.</summary>
    public static string Text { get; } = File.ReadAllText(Path);

    /// <summary>Its services by name.</summary>
    public static JsonObject Services { get; } = Manifests.Parse(Text)[0]["services"]!.AsObject();

    /// <summary>Path and query of the request that fills the queue, as the file's head shows it.</summary>
    public static string FillRequest { get; } = ShownFillRequest().Match(Text).Groups["request"].Value;

    /// <summary>The words of a service's health check behind "CMD".</summary>
    public static IReadOnlyList<string> Healthcheck(string service) => Words(service, "healthcheck.test")[1..];

    /// <summary>The words of a service's command.</summary>
    public static IReadOnlyList<string> Command(string service) => Words(service, "command");

    private static string[] Words(string service, string path) => [.. Services[service].At(path)!.AsArray().Select(word => word!.GetValue<string>())];

    [GeneratedRegex(@"curl -X POST 'localhost:4566(?<request>/\S+)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ShownFillRequest();
}
