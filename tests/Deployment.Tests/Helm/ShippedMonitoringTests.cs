using System.Text.Json.Nodes;
using TestKit;

namespace Deployment.Tests.Helm;

/// <summary>The chart installs the alerts and the dashboard of deploy/ as they are.</summary>
public sealed class ShippedMonitoringTests
{
    [SkippableFact]
    public async Task Alerts_are_those_of_the_rules_file_and_can_be_left_out_or_changed()
    {
        List<string> names = [.. await NamesAsync("rules.yaml"), .. await NamesAsync("sidecar-rules.yaml")];
        var alerts = names.Where(name => !name.Contains(':', StringComparison.Ordinal)).ToList();

        var all = (await Chart.RenderAsync("pod-monitor")).The("PrometheusRule");
        var fewer = (await Chart.RenderAsync("pod-monitor", "--set", $"prometheusRule.disabled={{{alerts[0]}}}", "--set", $"prometheusRule.overrides.{alerts[1]}.for=99m"))
            .The("PrometheusRule");

        Assert.Equal(names, Rules(all.At("spec.groups")!.AsArray()));
        Assert.Equal(names.Where(name => name != alerts[0]), Rules(fewer.At("spec.groups")!.AsArray()));
        Assert.Contains("99m", fewer.ToJsonString(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Alerts_link_to_their_pages_below_the_given_URL_and_to_nothing_without_one()
    {
        var linked = Alerts((await Chart.RenderAsync("runbook-urls")).The("PrometheusRule"));
        var named = Alerts((await Chart.RenderAsync("pod-monitor")).The("PrometheusRule"));

        Assert.NotEmpty(linked);
        Assert.All(linked, alert => Assert.Equal(
            $"https://git.example.com/persistent-cache-service/blob/1.0.0/docs/runbooks/{alert.Text("alert")}.md", alert.Text("annotations.runbook_url")));
        Assert.All(linked, alert => Assert.Null(alert.At("annotations.runbook")));
        Assert.All(named, alert => Assert.True(File.Exists(RepositoryRoot.File(alert.Text("annotations.runbook")!))));
        Assert.All(named, alert => Assert.Null(alert.At("annotations.runbook_url")));
    }

    [SkippableFact]
    public async Task The_dashboard_is_the_file_unchanged()
    {
        var map = (await Chart.RenderAsync("pod-monitor")).Single(o => o.Text("metadata.labels.grafana_dashboard") is not null);

        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse(map.At("data")!["persistent-cache.json"]!.GetValue<string>()),
            JsonNode.Parse(await File.ReadAllTextAsync(RepositoryRoot.File("deploy", "grafana", "persistent-cache.json")))));
        Assert.Equal("Stigg", map.Text("metadata.annotations.grafana_folder"));
    }

    [SkippableFact]
    public async Task The_Sidecar_is_scraped_and_watched_by_the_same_switches_and_alone_where_no_worker_runs()
    {
        string[] alone = ["--set", "enabled=false", "--set", "sidecar.standalone=true"];
        var pods = await Chart.RenderAsync("pod-monitor", alone);
        var services = await Chart.RenderAsync("service-monitor", alone);

        Assert.Equal("sidecar-http", pods.The("PodMonitor").Text("spec.podMetricsEndpoints.0.port"));
        Assert.True(JsonNode.DeepEquals(pods.The("PodMonitor").At("spec.selector.matchLabels"), pods.The("Deployment").At("spec.selector.matchLabels")));
        Assert.Contains(pods.The("Deployment").At("spec.template.spec.containers.0.ports")!.AsArray(), static port => port.Text("name") == "sidecar-http");
        Assert.Contains(services.The("Service").At("spec.ports")!.AsArray(), port => port.Text("name") == services.The("ServiceMonitor").Text("spec.endpoints.0.port"));
        Assert.Equal(await NamesAsync("sidecar-rules.yaml"), Rules(pods.The("PrometheusRule").At("spec.groups")!.AsArray()));
    }

    private static async Task<List<string>> NamesAsync(string file) =>
        Rules(Manifests.Parse(await File.ReadAllTextAsync(RepositoryRoot.File("deploy", "prometheus", file)))[0]["groups"]!.AsArray());

    private static List<JsonNode> Alerts(JsonNode rule) =>
        [.. rule.At("spec.groups")!.AsArray().SelectMany(group => group!["rules"]!.AsArray()).OfType<JsonNode>().Where(r => r["alert"] is not null)];

    private static List<string> Rules(JsonArray groups) =>
        [.. groups.SelectMany(group => group!["rules"]!.AsArray()).Select(rule => (rule.Text("alert") ?? rule.Text("record"))!)];
}
