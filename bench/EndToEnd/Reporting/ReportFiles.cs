namespace EndToEnd.Reporting;

/// <summary>Writes a report into its directory, and the generated parts of a page.</summary>
internal static class ReportFiles
{
    public static void Write(Report report, BenchOptions options)
    {
        if (options.Output.Length > 0)
        {
            Directory.CreateDirectory(options.Output);
            File.WriteAllText(Path.Combine(options.Output, "results.json"), ReportJson.Render(report));
            File.WriteAllText(Path.Combine(options.Output, "throughput.svg"), Charts.Throughput(report).Render());
            File.WriteAllText(Path.Combine(options.Output, "memory.svg"), Charts.Memory(report).Render());
        }

        if (options.Page is { } page)
        {
            var text = File.ReadAllText(page);
            text = GeneratedPart.Replace(text, "origin", MarkdownTable.Origin(report));
            text = GeneratedPart.Replace(text, "targets", MarkdownTable.Targets(report));
            text = GeneratedPart.Replace(text, "rows", MarkdownTable.Rows(report));
            text = GeneratedPart.Replace(text, "sizing", MarkdownTable.Capacity(report));
            text = GeneratedPart.Replace(text, "standing", MarkdownTable.Standing(report));
            File.WriteAllText(page, text);
        }
    }
}
