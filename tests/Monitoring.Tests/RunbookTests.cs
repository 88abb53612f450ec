using System.Text.RegularExpressions;
using TestKit;

namespace Monitoring.Tests;

public sealed partial class RunbookTests
{
    private static readonly string Directory = RepositoryRoot.File("docs", "runbooks");

    private static readonly string[] Sections = ["## What customers notice", "## Causes", "## Look here", "## Do this"];

    public static TheoryData<string> AlertNames => [.. AlertRules.AllAlerts.Select(static alert => alert.Name)];

    /// <summary>Texts of all runbooks.</summary>
    public static IEnumerable<string> Texts => System.IO.Directory.EnumerateFiles(Directory, "*.md").Select(File.ReadAllText);

    [Fact]
    public void There_is_a_runbook_for_every_alert_and_for_nothing_else() =>
        Assert.Equal(
            AlertRules.AllAlerts.Select(alert => alert.Name).Append("README").Order(StringComparer.Ordinal),
            System.IO.Directory.EnumerateFiles(Directory).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(AlertNames))]
    public void A_runbook_names_its_alert_and_severity_and_tells_causes_where_to_look_and_what_to_do(string alert)
    {
        var lines = File.ReadAllLines(Path.Combine(Directory, alert + ".md"));

        Assert.Equal($"# {alert}", lines[0]);
        Assert.EndsWith($"Severity: {AlertRules.AllAlerts.Single(rule => rule.Name == alert).Severity}.", lines[2], StringComparison.Ordinal);
        Assert.Equal(Sections, lines.Where(line => line.StartsWith("## ", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_table_of_contents_has_every_alert_with_its_severity()
    {
        var table = File.ReadAllText(Path.Combine(Directory, "README.md"));

        Assert.All(AlertRules.AllAlerts, alert => Assert.Contains($"| [{alert.Name}]({alert.Name}.md) | {alert.Severity} |", table, StringComparison.Ordinal));
    }

    [Fact]
    public void The_log_lines_that_runbooks_quote_are_those_that_the_service_writes()
    {
        var written = System.IO.Directory.EnumerateFiles(RepositoryRoot.File("src"), "Log.cs", SearchOption.AllDirectories)
            .SelectMany(static file => LogMessage().Matches(File.ReadAllText(file))
                .Select(static match => match.Groups["text"].Value.Replace("{Server}", "Redis", StringComparison.Ordinal).Replace("{Operation}", "ReceiveMessage", StringComparison.Ordinal))).ToArray();
        var quoted = Texts.SelectMany(static text => text.Split('\n'))
            .Where(static line => line.Contains("log", StringComparison.Ordinal) || line.Contains("follows", StringComparison.Ordinal) || line.Contains("The line", StringComparison.Ordinal))
            .SelectMany(static line => Code().Matches(line).Select(static match => match.Groups["text"].Value))
            .SelectMany(static quote => Gap().Split(quote)).Select(static piece => piece.Trim()).Where(static piece => piece.Contains(' ', StringComparison.Ordinal)).ToArray();

        Assert.InRange(quoted.Length, 15, int.MaxValue);
        Assert.All(quoted, piece => Assert.True(written.Any(text => text.Contains(piece, StringComparison.Ordinal)), $"No log message contains \"{piece}\"."));
    }

    [GeneratedRegex("""LoggerMessage\([^"]*"(?<text>[^"]*)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LogMessage();

    // Code that begins like a sentence, or in the middle of one.
    [GeneratedRegex("`(?<text>([A-Z][a-zA-Z]* [a-zA-Z]|\\.\\.\\. )[^`]*)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();

    // What stands for something else: "...", the name of a value behind a colon or in brackets.
    [GeneratedRegex(@"\.\.\.|:.*$|\(\w+( \w+)?\)(: reason)?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Gap();
}
