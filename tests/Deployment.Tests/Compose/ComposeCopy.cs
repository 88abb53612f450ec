using System.Globalization;
using System.Text.RegularExpressions;
using TestKit;

namespace Deployment.Tests.Compose;

/// <summary>
/// compose.yaml in a temporary directory, with what must differ so that the test gets in nobody's way: another project name, free ports on this machine,
/// and the images built for the tests instead of those of the same services that a developer may have.
/// </summary>
internal sealed partial class ComposeCopy : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("compose-").FullName;
    private readonly Dictionary<int, int> _ports = [];

    /// <param name="images">The image for a service's image, where it is another one.</param>
    public ComposeCopy(IReadOnlyDictionary<string, string> images)
    {
        var text = PublishedPort().Replace(ProjectName().Replace(ComposeFile.Text, ""), port =>
        {
            var inside = int.Parse(port.Groups["inside"].Value, CultureInfo.InvariantCulture);
            _ports[inside] = FreePort.Next();
            return $"127.0.0.1:{_ports[inside]}:{inside}";
        });
        File = Path.Combine(_directory, "compose.yaml");
        System.IO.File.WriteAllText(File, images.Aggregate(text, (changed, image) => changed.Replace($"image: {image.Key}\n", $"image: {image.Value}\n", StringComparison.Ordinal)));
    }

    /// <summary>Where it is.</summary>
    public string File { get; }

    /// <summary>The project's name, also a label of all that belongs to it.</summary>
    public string Project { get; } = $"compose-test-{Guid.NewGuid():n}"[..20];

    /// <summary>Where a port of a container is published.</summary>
    public Uri Url(int inside) => new($"http://127.0.0.1:{_ports[inside]}");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [GeneratedRegex("^name: .*\n", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ProjectName();

    [GeneratedRegex(@"127\.0\.0\.1:\d+:(?<inside>\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PublishedPort();
}
