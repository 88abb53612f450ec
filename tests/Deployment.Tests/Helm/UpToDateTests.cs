using TestKit;
using TestKit.Processes;

namespace Deployment.Tests.Helm;

/// <summary>What the chart holds in copy is what it is copied from.</summary>
public sealed class UpToDateTests
{
    [Fact]
    public async Task The_readme_and_the_copied_files_are_up_to_date() =>
        await ChildProcess.RunAsync(new ChildProcessSpec("sh", RepositoryRoot.File("eng", "chart.sh"), "--check"));

    [Fact]
    public void Every_value_is_documented()
    {
        var values = Manifests.Parse(File.ReadAllText(Path.Combine(Chart.Folder, "values.yaml")))[0];
        var readme = File.ReadAllText(Path.Combine(Chart.Folder, "README.md"));

        Assert.Empty(Undocumented(values, ""));

        IEnumerable<string> Undocumented(System.Text.Json.Nodes.JsonObject map, string prefix) => map
            .Where(member => !readme.Contains($"| `{prefix}{member.Key}` |", StringComparison.Ordinal))
            .SelectMany(member => member.Value is System.Text.Json.Nodes.JsonObject { Count: > 0 } nested
                ? Undocumented(nested, $"{prefix}{member.Key}.")
                : [prefix + member.Key]);
    }
}
