using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using PersistentCacheService.Commands;
using PersistentCacheService.Observability;
using PersistentCacheService.Settings;
using Sidecar.Settings;
using TestKit;

namespace Documentation.Tests;

public sealed partial class DocumentationTests
{
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/configuration.md")]
    public void The_settings_are_those_of_the_code(string page) => GeneratedPart.IsUpToDate(page, "settings", SettingsTable.Render(Variables.All));

    [Fact]
    public void The_settings_of_the_Sidecar_are_those_of_the_code() =>
        GeneratedPart.IsUpToDate("docs/sidecar.md", "settings", SettingsTable.Render(SidecarVariables.All));

    [Fact]
    public void The_commands_are_those_of_the_code() => GeneratedPart.IsUpToDate("docs/configuration.md", "commands", $"```text\n{HelpText.Text.TrimEnd()}\n```\n");

    [Fact]
    public void The_metrics_are_those_of_the_catalogue()
    {
        const string page = "docs/monitoring.md";
        GeneratedPart.IsUpToDate(page, "metrics of the original", MetricsTable.Render(Instruments.Original));
        GeneratedPart.IsUpToDate(page, "metrics of the service", MetricsTable.Render(Instruments.Additional));
        GeneratedPart.IsUpToDate(page, "metrics of the process", MetricsTable.Render(Instruments.Process));
        GeneratedPart.IsUpToDate(page, "labels", MetricsTable.RenderLabels(Instruments.All));
    }

    [Fact]
    public void Every_package_has_its_reason_and_every_reason_its_package()
    {
        var listed = XDocument.Load(RepositoryRoot.File("Directory.Packages.props")).Descendants("PackageVersion").Select(static package => package.Attribute("Include")!.Value);
        var tools = JsonNode.Parse(File.ReadAllText(RepositoryRoot.File(".config", "dotnet-tools.json")))!["tools"]!.AsObject().Select(static tool => tool.Key);
        string[] notFromNuGet = ["fauxqs", "@stigg/node-server-sdk", "@stigg/cache-redis-store", "@grpc/grpc-js", "@grpc/proto-loader", "python3-grpcio", "redis-server", "chromium", "fonts-dejavu-core", "prometheus"];

        var rows = File.ReadLines(RepositoryRoot.File("docs", "dependencies.md"))
            .Where(static line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(static line => Code().Matches(line.Split('|')[1]).Select(static match => match.Groups["word"].Value));

        Assert.Equal(listed.Concat(tools).Concat(notFromNuGet).Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_to_a_file_leads_to_one(string page)
    {
        var directory = Path.GetDirectoryName(RepositoryRoot.File(page))!;
        var files = Words(Link(), page).Select(static target => target.Split('#')[0]).Where(static target => !target.Contains("://", StringComparison.Ordinal));

        Assert.All(files, file => Assert.True(Path.Exists(Path.Combine(directory, file)), $"{page} links to {file}"));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_make_target_named_exists(string page)
    {
        var targets = Words(MakeTarget(), "Makefile").ToHashSet();

        Assert.All(Words(MakeCommand(), page), target => Assert.Contains(target, targets));
    }

    public static TheoryData<string> Pages()
    {
        var pages = new TheoryData<string> { "README.md" };
        foreach (var page in Directory.EnumerateFiles(RepositoryRoot.File("docs"), "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            pages.Add(Path.GetRelativePath(RepositoryRoot.Directory, page));
        }

        return pages;
    }

    private static IEnumerable<string> Words(Regex pattern, string file) =>
        pattern.Matches(File.ReadAllText(RepositoryRoot.File(file))).Select(static match => match.Groups["word"].Value);

    [GeneratedRegex("`(?<word>[^`]+)`", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\((?<word>[^)\s]+)\)", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();

    [GeneratedRegex("^(?<word>[a-z][a-z-]*):", Options | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MakeTarget();

    [GeneratedRegex("(`|^    )make (?<word>[a-z][a-z-]*)", Options | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MakeCommand();
}
