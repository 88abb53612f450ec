using System.Text;

namespace PersistentCacheService.Prometheus.Exposition;

/// <summary>Renders the parts of a page that never change, once per family and series, so that a scrape only copies them.</summary>
internal static class LineRenderer
{
    /// <summary>The HELP and TYPE lines of a family.</summary>
    /// <param name="name">A legal metric name.</param>
    /// <param name="help">The instrument's description; empty gives an empty help text, which the linter reports.</param>
    /// <param name="kind">The type shown.</param>
    public static byte[] Header(string name, string help, MetricKind kind)
    {
        var text = new StringBuilder();
        text.Append("# HELP ").Append(name).Append(' ');
        AppendEscaped(text, help, quotes: false);
        text.Append("\n# TYPE ").Append(name).Append(' ').Append(TypeName(kind)).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Everything of a sample line before its value: <c>name{a="b"} </c>.</summary>
    /// <param name="name">A legal metric name.</param>
    /// <param name="labels">Legal names and raw values, in the order they shall have on the page.</param>
    /// <param name="le">The bucket's bound as text, null for a line that has none.</param>
    public static byte[] Prefix(string name, IReadOnlyList<KeyValuePair<string, string>> labels, string? le = null)
    {
        var text = new StringBuilder(name);
        var opening = '{';
        foreach (var (label, value) in labels)
        {
            AppendLabel(text, opening, label, value);
            opening = ',';
        }

        if (le is not null)
        {
            AppendLabel(text, opening, "le", le);
            opening = ',';
        }

        text.Append(opening == ',' ? "} " : " ");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>A bucket's bound as the <c>le</c> label shows it.</summary>
    public static string Bound(double bound)
    {
        Span<byte> number = stackalloc byte[32];
        return Encoding.ASCII.GetString(number[..ExpositionWriter.FormatNumber(bound, number)]);
    }

    private static void AppendLabel(StringBuilder text, char opening, string name, string value)
    {
        text.Append(opening).Append(name).Append("=\"");
        AppendEscaped(text, value, quotes: true);
        text.Append('"');
    }

    private static void AppendEscaped(StringBuilder text, string value, bool quotes)
    {
        foreach (var character in value)
        {
            _ = character switch
            {
                '\\' => text.Append(@"\\"),
                '\n' => text.Append(@"\n"),
                '"' when quotes => text.Append("\\\""),
                _ => text.Append(character),
            };
        }
    }

    private static string TypeName(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Gauge => "gauge",
        _ => "histogram",
    };
}
