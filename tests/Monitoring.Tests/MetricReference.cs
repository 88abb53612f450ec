using System.Text.RegularExpressions;

namespace Monitoring.Tests;

/// <summary>A metric named in an expression, with the values its label matchers ask for.</summary>
/// <param name="Name">Name of the sample.</param>
/// <param name="Matchers">Label and one value each; a matcher with alternatives gives one for each.</param>
internal sealed partial record MetricReference(string Name, IReadOnlyList<(string Label, string Value)> Matchers)
{
    /// <summary>Our metrics named anywhere in a text: an expression, or a runbook that quotes some.</summary>
    public static IReadOnlyList<MetricReference> In(string text) =>
        [.. Selector().Matches(text).Select(match => new MetricReference(match.Groups["name"].Value, [.. MatchersIn(match.Groups["labels"].Value)]))];

    private static IEnumerable<(string Label, string Value)> MatchersIn(string labels) =>
        from match in Matcher().Matches(labels)
        let value = match.Groups["value"].Value
        where !value.Contains('$', StringComparison.Ordinal) && !value.Contains('*', StringComparison.Ordinal)
        from alternative in value.Split('|')
        select (match.Groups["label"].Value, alternative);

    // A colon behind it would be a recorded series, a letter before it another exporter's metric.
    [GeneratedRegex("""(?<![a-zA-Z0-9_:])(?<name>(persistent_cache|process|dotnet|metrics_exposition)_[a-z0-9_]+)(?![a-z0-9_:*])(\{(?<labels>[^}]*)\})?""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Selector();

    [GeneratedRegex(@"(?<label>[a-z_]+)\s*(=~|!~|!=|=)\s*""(?<value>[^""]*)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Matcher();
}
