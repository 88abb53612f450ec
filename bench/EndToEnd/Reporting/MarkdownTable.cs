using System.Text;

namespace EndToEnd.Reporting;

/// <summary>The generated parts of docs/performance.md.</summary>
internal static class MarkdownTable
{
    /// <summary>Where the figures come from.</summary>
    public static string Origin(Report report) =>
        $"{report.Machine.ToSentence()}\nThe rows that targets are about: medians of {report.Rows.Max(static row => row.Runs.Count)} runs, interleaved. All other rows: one run. Peak RSS: the highest of all runs.\n";

    /// <summary>All drains, grouped.</summary>
    public static string Rows(Report report)
    {
        var text = new StringBuilder();
        foreach (var group in report.Rows.GroupBy(static row => row.Scenario.Group, StringComparer.Ordinal))
        {
            Begin(text, [group.Key, .. Column.All.Select(static column => column.Title)]);
            foreach (var row in group)
            {
                Append(text, row.Runs.Count > 0
                    ? [row.Scenario.Name, .. Column.All.Select(column => column.Value(row))]
                    : [row.Scenario.Name, "failed", .. Column.All.Skip(1).Select(static _ => "")]);
            }

            text.Append('\n');
        }

        return text.ToString().TrimEnd('\n') + "\n";
    }

    /// <summary>Start and idle.</summary>
    public static string Standing(Report report) => Table(report.Standing is { } standing ? StandingLines.Of(standing) : [["not measured"]]);

    /// <summary>What was wanted and what came of it.</summary>
    public static string Targets(Report report) => Table(Target.All.Select(target => target.ToCells(report)).Prepend(["target", "must", "aim", "measured", ""]));

    /// <summary>Replicas and the bill.</summary>
    public static string Capacity(Report report) => Table(Sizing.Of(report));

    private static string Table(IEnumerable<string[]> lines)
    {
        var text = new StringBuilder();
        foreach (var (index, line) in lines.Index())
        {
            if (index == 0)
            {
                Begin(text, line);
            }
            else
            {
                Append(text, line);
            }
        }

        return text.ToString();
    }

    private static void Begin(StringBuilder text, string[] titles)
    {
        Append(text, titles);
        text.Append("|---|").Append(string.Concat(Enumerable.Repeat("---:|", titles.Length - 1))).Append('\n');
    }

    private static void Append(StringBuilder text, IEnumerable<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(static cell => cell.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
}
