using TestKit;
using YamlDotNet.RepresentationModel;

namespace Monitoring.Tests;

/// <summary>The rule file and its tests, read.</summary>
internal static class AlertRules
{
    /// <summary>The rule file.</summary>
    public static string File { get; } = RepositoryRoot.File("deploy", "prometheus", "rules.yaml");

    /// <summary>Its promtool tests.</summary>
    public static string TestFile { get; } = RepositoryRoot.File("deploy", "prometheus", "rules.test.yaml");

    /// <summary>The Sidecar's rule file, whose cases and metrics are tested with the Sidecar.</summary>
    public static string SidecarFile { get; } = RepositoryRoot.File("deploy", "prometheus", "sidecar-rules.yaml");

    /// <summary>All alerts of the worker.</summary>
    public static IReadOnlyList<AlertRule> Alerts { get; } = AlertsOf(File);

    /// <summary>All alerts of worker and Sidecar.</summary>
    public static IReadOnlyList<AlertRule> AllAlerts { get; } = [.. Alerts, .. AlertsOf(SidecarFile)];

    /// <summary>Names of the recorded series.</summary>
    public static IReadOnlyList<string> Recorded { get; } =
        [.. Rules(File).Where(rule => rule.Children.ContainsKey("record")).Select(rule => Text(rule, "record"))];

    /// <summary>All expressions, those of recorded series included.</summary>
    public static IReadOnlyList<string> Expressions { get; } = [.. Rules(File).Select(rule => Text(rule, "expr"))];

    /// <summary>The cases of the test file.</summary>
    public static IReadOnlyList<AlertCase> Cases { get; } = [.. ((YamlSequenceNode)Load(TestFile)["tests"])
        .Cast<YamlMappingNode>()
        .Select(test => new AlertCase(
            Text(test, "name"),
            ((YamlSequenceNode)test["promql_expr_test"]).Cast<YamlMappingNode>().Any(check => check.Children.ContainsKey("exp_samples")),
            ((YamlSequenceNode)test["promql_expr_test"]).Cast<YamlMappingNode>().All(check => Text(check, "expr").Contains("ALERTS", StringComparison.Ordinal)),
            ((YamlSequenceNode)test["promql_expr_test"]).Cast<YamlMappingNode>().All(check => Text(check, "expr").Contains("count_over_time(ALERTS", StringComparison.Ordinal)),
            [.. ((YamlSequenceNode)test["input_series"]).Cast<YamlMappingNode>().Select(series => Text(series, "series"))]))];

    private static IReadOnlyList<AlertRule> AlertsOf(string file) => [.. Rules(file)
        .Where(rule => rule.Children.ContainsKey("alert"))
        .Select(rule => new AlertRule(
            Text(rule, "alert"),
            Text(rule, "expr"),
            Text((YamlMappingNode)rule["labels"], "severity"),
            (YamlMappingNode)rule["annotations"]))];

    private static IEnumerable<YamlMappingNode> Rules(string file) => ((YamlSequenceNode)Load(file)["groups"])
        .Cast<YamlMappingNode>()
        .SelectMany(group => (YamlSequenceNode)group["rules"])
        .Cast<YamlMappingNode>();

    private static YamlMappingNode Load(string file)
    {
        var yaml = new YamlStream();
        using var reader = System.IO.File.OpenText(file);
        yaml.Load(reader);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    private static string Text(YamlMappingNode node, string key) => ((YamlScalarNode)node[key]).Value!;
}
