using System.Text.RegularExpressions;
using Sidecar.Tests.Service;
using Stigg.Sidecar.V1;
using TestKit;

namespace Sidecar.Tests.Observability;

public sealed partial class MonitoringTests
{
    [SkippableFact]
    public async Task The_page_pleases_promtool_and_has_the_documented_metrics()
    {
        await using var sidecar = await RunningSidecar.StartAsync(("OFFLINE", "1"));
        await sidecar.Client.GetBooleanEntitlementAsync(new GetBooleanEntitlementRequest { CustomerId = "acme", FeatureId = "f" });

        var page = await sidecar.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));

        foreach (var name in (string[])["initialization_errors", "invalid_api_key_errors", "network_request_errors", "redis_client_errors", "cache_hits", "cache_misses"])
        {
            Assert.Contains($"\nsidecar_{name}_total 0\n", page, StringComparison.Ordinal);
        }

        Assert.Contains("sidecar_answers_total{call=\"GetBooleanEntitlement\",answer=\"fallback\"} 1", page, StringComparison.Ordinal);
        Assert.Contains("sidecar_read_duration_seconds_count{call=\"GetBooleanEntitlement\",answer=\"fallback\"} 1", page, StringComparison.Ordinal);
        Assert.Contains("sidecar_request_duration_seconds_count{call=\"GetBooleanEntitlement\"} 1", page, StringComparison.Ordinal);
        Assert.Empty(await Promtool.CheckMetricsAsync(page));
    }

    [SkippableFact]
    public async Task The_alerts_fire_when_they_should_and_only_then()
    {
        var (exitCode, output) = await Promtool.RunAsync("test", "rules", RepositoryRoot.File("deploy", "prometheus", "sidecar-rules.test.yaml"));

        Assert.True(exitCode == 0, string.Join('\n', output));
    }

    [Theory]
    [InlineData("prometheus", "sidecar-rules.yaml")]
    [InlineData("grafana", "persistent-cache.json")]
    public async Task Alerts_and_dashboard_ask_for_metrics_that_are_there(string folder, string file)
    {
        await using var sidecar = await RunningSidecar.StartAsync(("OFFLINE", "1"));
        var page = await sidecar.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        var asked = Metric().Matches(await File.ReadAllTextAsync(RepositoryRoot.File("deploy", folder, file))).Select(static match => match.Groups["name"].Value).Distinct().ToArray();

        Assert.NotEmpty(asked);
        Assert.All(asked, name => Assert.Contains($"# TYPE {name} ", page, StringComparison.Ordinal));
    }

    [GeneratedRegex("(?<name>sidecar_[a-z_]+_(total|seconds|connected))(_bucket|_count|_sum)?\\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Metric();
}
