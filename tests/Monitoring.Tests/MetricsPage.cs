using System.Text.RegularExpressions;

namespace Monitoring.Tests;

/// <summary>A page of the text format, taken apart.</summary>
public sealed partial class MetricsPage
{
    private MetricsPage(string text, IReadOnlyDictionary<string, string> types, IReadOnlyDictionary<string, string> helps, IReadOnlyList<MetricSample> samples)
    {
        Text = text;
        Types = types;
        Helps = helps;
        Samples = samples;
    }

    /// <summary>The page as it came.</summary>
    public string Text { get; }

    /// <summary>Type of each metric by its name, e.g. <c>histogram</c>.</summary>
    public IReadOnlyDictionary<string, string> Types { get; }

    /// <summary>Help text of each metric by its name.</summary>
    public IReadOnlyDictionary<string, string> Helps { get; }

    /// <summary>All lines that carry a value.</summary>
    public IReadOnlyList<MetricSample> Samples { get; }

    /// <summary>Takes a page apart.</summary>
    public static MetricsPage Parse(string text)
    {
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        var helps = new Dictionary<string, string>(StringComparer.Ordinal);
        var samples = new List<MetricSample>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var words = line.Split(' ');
                types[words[2]] = words[3];
            }
            else if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                var words = line.Split(' ', 4);
                helps[words[2]] = words[3];
            }
            else
            {
                samples.Add(ParseSample(line));
            }
        }

        return new MetricsPage(text, types, helps, samples);
    }

    /// <summary>Whether the page has a value of a metric. The names and types of all metrics are always there.</summary>
    public bool Knows(string name) => Samples.Any(sample => sample.Name == name);

    /// <summary>The sum of a metric's samples that have these labels.</summary>
    public double Sum(string name, params (string Label, string Value)[] labels) => Samples
        .Where(sample => sample.Name == name && labels.All(label => sample.Labels.GetValueOrDefault(label.Label) == label.Value))
        .Sum(sample => sample.Value);

    private static MetricSample ParseSample(string line)
    {
        var match = SampleLine().Match(line);
        Assert.True(match.Success, $"No sample line: {line}");
        var labels = Label().Matches(match.Groups["labels"].Value)
            .ToDictionary(label => label.Groups["name"].Value, label => label.Groups["value"].Value, StringComparer.Ordinal);
        var value = match.Groups["value"].Value.Replace("Inf", "Infinity", StringComparison.Ordinal);
        return new MetricSample(match.Groups["metric"].Value, labels, double.Parse(value, System.Globalization.CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("""^(?<metric>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>.*)\})? (?<value>\S+)$""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SampleLine();

    [GeneratedRegex("""(?<name>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>([^"\\]|\\.)*)"(,|$)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Label();
}
