using PersistentCacheService.Observability;
using TestKit;

namespace Monitoring.Tests;

public sealed class DashboardTests
{
    // Details of what panels show: the metrics page and the documentation's table have them.
    private static readonly string[] OnlyOnThePage =
    [
        "persistent_cache_audited_customers_total", "persistent_cache_entitlements_left_out_total", "persistent_cache_implausible_times_total",
        "persistent_cache_queue_last_success_timestamp_seconds", "persistent_cache_sweep_running", "persistent_cache_sweeps_completed_total",
        "persistent_cache_warm_missed_changes_total", "persistent_cache_warm_running",
    ];

    [Fact]
    public void Every_metric_of_our_own_is_in_a_panel_or_an_alert_but_for_some_details()
    {
        var shown = Dashboard.Expressions.Concat(AlertRules.Expressions).SelectMany(MetricReference.In).Select(static reference => reference.Name).ToHashSet(StringComparer.Ordinal);
        var own = Instruments.All.Select(static instrument => instrument.Name).Where(static name => name.StartsWith("persistent_cache_", StringComparison.Ordinal));

        // Of a histogram its parts are shown.
        Assert.Equal(OnlyOnThePage, own.Where(name => !shown.Contains(name) && !shown.Contains(name + "_bucket") && !shown.Contains(name + "_count")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Five_rows_answer_an_operators_questions_in_their_order() =>
        Assert.Equal(["Is it healthy?", "Is it keeping up?", "What is it doing?", "What does it cost?", "What do readers get from the Sidecar?"], Dashboard.Rows);

    [Fact]
    public void Every_panel_has_a_name_of_its_own_explains_itself_and_has_a_unit()
    {
        Assert.Equal(Dashboard.Panels.Count, Dashboard.Panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.Equal(Dashboard.Panels.Count, Dashboard.Panels.Select(Dashboard.TitleOf).Distinct(StringComparer.Ordinal).Count());
        Assert.All(Dashboard.DataPanels, panel =>
        {
            Assert.EndsWith(".", panel.GetProperty("description").GetString(), StringComparison.Ordinal);
            Assert.NotEmpty(panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString()!);
            Assert.Equal("${datasource}", panel.GetProperty("datasource").GetProperty("uid").GetString());
        });
    }

    [Fact]
    public void No_panel_covers_another()
    {
        var cells = from panel in Dashboard.Panels
                    let place = panel.GetProperty("gridPos")
                    from x in Enumerable.Range(place.GetProperty("x").GetInt32(), place.GetProperty("w").GetInt32())
                    from y in Enumerable.Range(place.GetProperty("y").GetInt32(), place.GetProperty("h").GetInt32())
                    select (X: x, Y: y, Title: Dashboard.TitleOf(panel));

        Assert.All(cells.GroupBy(cell => (cell.X, cell.Y)), cell => Assert.Single(cell));
        Assert.All(cells, cell => Assert.InRange(cell.X, 0, 23));
    }

    [SkippableFact]
    public async Task Prometheus_understands_every_query()
    {
        // As recording rules the queries can be checked without a server; Grafana's variables get values first.
        var rules = Dashboard.Expressions.Select((expression, number) => $"      - record: query:{number}\n        expr: >-\n          {Dashboard.Fill(expression)}\n");
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "groups:\n  - name: dashboard\n    rules:\n" + string.Concat(rules));
            var (exitCode, output) = await Promtool.RunAsync("check", "rules", file);

            Assert.True(exitCode == 0, string.Join('\n', output));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
