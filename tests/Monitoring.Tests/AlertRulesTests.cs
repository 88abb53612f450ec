using TestKit;

namespace Monitoring.Tests;

public sealed class AlertRulesTests
{
    private static readonly string[] Severities = ["critical", "warning", "info"];

    public static TheoryData<string> AlertNames => [.. AlertRules.Alerts.Select(alert => alert.Name)];

    public static TheoryData<string> AllAlertNames => [.. AlertRules.AllAlerts.Select(alert => alert.Name)];

    private static AlertRule Alert(string name) => AlertRules.AllAlerts.Single(alert => alert.Name == name);

    [SkippableFact]
    public async Task Prometheus_accepts_the_rules()
    {
        var (exitCode, output) = await Promtool.RunAsync("check", "rules", AlertRules.File);

        Assert.True(exitCode == 0, string.Join('\n', output));
    }

    [SkippableFact]
    public async Task Every_case_of_the_rules_tests_holds()
    {
        var (exitCode, output) = await Promtool.RunAsync("test", "rules", AlertRules.TestFile);

        Assert.True(exitCode == 0, string.Join('\n', output));
    }

    [Theory]
    [MemberData(nameof(AlertNames))]
    public void Every_alert_has_a_case_that_fires_and_one_that_stays_quiet_with_figures_of_its_own(string alert)
    {
        var fires = AlertRules.Cases.Single(test => test.Name == $"{alert} fires");
        var quiet = AlertRules.Cases.Single(test => test.Name.StartsWith($"{alert} stays quiet: ", StringComparison.Ordinal));

        Assert.True(fires.ExpectsAlert && fires.LooksAtAlerts, $"\"{fires.Name}\" expects no alert.");
        Assert.True(!quiet.ExpectsAlert && quiet.LooksAtAlerts, $"\"{quiet.Name}\" expects an alert.");
        Assert.True(quiet.LooksAtWholeRun, $"\"{quiet.Name}\" would miss an alert that is over before the end.");
        var needed = MetricReference.In(Alert(alert).Expression).Select(reference => reference.Name).Where(name => quiet.Series.Any(series => NameOf(series) == name));
        var recorded = AlertRules.Recorded.Where(name => Alert(alert).Expression.Contains(name, StringComparison.Ordinal));
        Assert.True(needed.Concat(recorded).Any(), $"\"{quiet.Name}\" feeds in nothing that the alert looks at, so it would always stay quiet.");
    }

    [Theory]
    [MemberData(nameof(AllAlertNames))]
    public void Every_alert_tells_its_severity_what_users_suffer_and_where_its_runbook_is(string name)
    {
        var alert = Alert(name);

        Assert.Contains(alert.Severity, Severities);
        Assert.EndsWith(".", alert.Annotation("summary"), StringComparison.Ordinal);
        Assert.EndsWith(".", alert.Annotation("description"), StringComparison.Ordinal);
        Assert.Equal($"docs/runbooks/{name}.md", alert.Annotation("runbook_url"));
    }

    private static string NameOf(string series) => series.Split('{')[0];
}
