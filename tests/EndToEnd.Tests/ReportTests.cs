using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using EndToEnd.Reporting;
using EndToEnd.Scenarios;

namespace EndToEnd.Tests;

public sealed class ReportTests
{
    [Fact]
    public void The_table_shows_medians_the_highest_memory_and_dashes_for_what_is_not_known()
    {
        var row = Reports.Row(ScenarioList.Standard, Reports.Run(9000, 40), Reports.Run(12_345, 61), Reports.Run(20_000, 50, allocated: null));
        var table = MarkdownTable.Rows(Reports.Of(row));

        var line = Assert.Single(table.Split('\n'), static line => line.StartsWith("| batch 10, 10 consumers |", StringComparison.Ordinal));
        Assert.StartsWith("| batch 10, 10 consumers | 12,345 | 0.050 | 61 | 1,000 | - | - | 0.200 | - | - | 90 |", line, StringComparison.Ordinal);
        Assert.All(table.Split('\n', StringSplitOptions.RemoveEmptyEntries), text => Assert.Equal(Column.All.Count + 2, text.Count(static letter => letter == '|')));
    }

    [Fact]
    public void The_spread_has_the_median_the_least_and_the_most_with_their_decimals()
    {
        var report = Reports.Of(
            Reports.Row(
                new("Tracing", "on"),
                Reports.Run(20_400) with { CpuMsPerMessage = 0.04312, SpansSentPerMessage = 4, SpansLostPerMessage = 1 },
                Reports.Run(19_000) with { CpuMsPerMessage = 0.0442, SpansSentPerMessage = 4.5, SpansLostPerMessage = 0.5 },
                Reports.Run(20_000) with { CpuMsPerMessage = 0.04398, SpansSentPerMessage = 5, SpansLostPerMessage = 0 }),
            Reports.Row(new("Tracing", "off"), Reports.Run(21_000)),
            Reports.Row(new("Tracing", "failed")));

        Assert.Equal(
            [
                ["on", "3", "43.98 (43.12 to 44.20)", "20,000 (19,000 to 20,400)", "4.500 / 0.500"],
                ["off", "1", "50.00 (50.00 to 50.00)", "21,000 (21,000 to 21,000)", "-"],
            ],
            SpreadLines.Of(report).Skip(1));
        Assert.Contains("43.98 (43.12 to 44.20)", TextTable.Render(report), StringComparison.Ordinal);
    }

    [Fact]
    public void The_rows_of_tracing_are_off_one_percent_and_all_and_run_as_often_as_is_asked_for() =>
        Assert.Equal([null, 0.01, 1], ScenarioList.Full.Where(static scenario => scenario.Name.Contains("tracing", StringComparison.Ordinal) && scenario.MaxRuns == int.MaxValue).Select(static scenario => scenario.TracedShare));

    [Fact]
    public void A_row_that_failed_says_so()
    {
        var row = Reports.Row(ScenarioList.Standard);
        row.Fail("Nothing was deleted.\nmore");
        Assert.Contains("| batch 10, 10 consumers | failed |", MarkdownTable.Rows(Reports.Of(row)), StringComparison.Ordinal);
        Assert.Contains("failed: Nothing was deleted.", TextTable.Render(Reports.Of(row)), StringComparison.Ordinal);
    }

    [Fact]
    public void Targets_are_met_missed_or_not_measured()
    {
        var report = Reports.Of(
            Reports.Row(ScenarioList.Standard, Reports.Run(8000)), Reports.Row(ScenarioList.StandardBefore, Reports.Run(10_000, 90)),
            Reports.Row(ScenarioList.BatchOfOne, Reports.Run(4999, 42)), Reports.Row(ScenarioList.BatchOfOneBefore, Reports.Run(10_000)),
            Reports.Row(ScenarioList.PeerOfOne, Reports.Run(700)));
        var verdicts = Target.All.Select(target => target.ToCells(report)).ToDictionary(static cells => cells[0], static cells => cells[4], StringComparer.Ordinal);

        Assert.Equal("met", verdicts["batch 10, 10 consumers: times commit de40b2a"]);
        Assert.Equal("missed", verdicts["batch 1, 10 consumers: times commit de40b2a"]);
        Assert.Equal("aim met", verdicts["... times the peer, like for like"]);
        Assert.Equal("met", verdicts["peak RSS of all throughput rows, MB"]); // The older commit's 90 MB do not count.
        Assert.Equal("not measured", verdicts["process start to ready, ms"]);
    }

    [Fact]
    public void Sizing_follows_from_processor_time_and_requests()
    {
        // 0.05 ms: 20,000/s of a core, 12,000/s of 60 % of it; 0.2 requests at 0.40 dollars a million.
        var line = Sizing.Of(Reports.Of(Reports.Row(ScenarioList.Standard, Reports.Run(10_000)))).Last();
        Assert.Equal(["batch 10, 10 consumers", "12,000", "5.0", "0.20", "0.08", "1", "1", "5"], line);
    }

    [Fact]
    public void A_chart_is_well_formed_and_its_bars_have_the_lengths_of_their_values()
    {
        var svg = XDocument.Parse(new BarChart("a < b & c", "0", [new("<long>", 10, "#111"), new("half", 5, "#222")]).Render());
        var widths = svg.Descendants().Where(static element => element.Name.LocalName == "rect").Select(static bar => double.Parse(bar.Attribute("width")!.Value, CultureInfo.InvariantCulture)).ToArray();

        Assert.Equal("http://www.w3.org/2000/svg", svg.Root!.Name.NamespaceName);
        Assert.Contains(svg.Descendants(), static element => element.Value == "<long>");
        Assert.Equal(widths[0], 2 * widths[1], tolerance: 0.2);
    }

    [Fact]
    public void An_empty_report_has_charts_too() => Assert.NotNull(XDocument.Parse(Charts.Throughput(Reports.Of()).Render()).Root);

    [Fact]
    public void The_json_holds_the_machine_every_run_and_the_targets()
    {
        var json = JsonDocument.Parse(ReportJson.Render(Reports.Of(Reports.Row(ScenarioList.StrongestPeer, Reports.Run(100), Reports.Run(300))))).RootElement;
        var row = Assert.Single(json.GetProperty("rows").EnumerateArray());

        Assert.Equal(ReportJson.Schema, json.GetProperty("schema").GetInt32());
        Assert.Equal("A & B <C>", json.GetProperty("machine").GetProperty("processor").GetString());
        Assert.Equal(("peer", 200), (row.GetProperty("subject").GetString(), row.GetProperty("messagesPerSecond").GetDouble()));
        Assert.Equal([100, 300], row.GetProperty("runs").EnumerateArray().Select(static run => run.GetProperty("messagesPerSecond").GetDouble()));
        Assert.Equal(Target.All.Count, json.GetProperty("targets").GetArrayLength());
    }

    [Fact]
    public void The_generated_part_of_a_page_is_replaced_and_nothing_else()
    {
        const string Page = "a\n<!-- rows: by x -->\nold\n<!-- end of rows -->\nb\n";
        Assert.Equal("a\n<!-- rows: by x -->\nnew\n<!-- end of rows -->\nb\n", GeneratedPart.Replace(Page, "rows", "new\n"));
        Assert.Throws<FormatException>(() => GeneratedPart.Replace(Page, "other", "new\n"));
    }

    [Fact]
    public void Rows_have_names_of_their_own_and_the_quick_ones_are_among_all()
    {
        var names = ScenarioList.Full.Select(static scenario => scenario.Name).ToList();
        Assert.Equal(names.Count, names.Distinct(StringComparer.Ordinal).Count());
        Assert.All(ScenarioList.Quick, scenario => Assert.Contains(scenario.Name, names));
    }
}
