using System.Text.Json.Nodes;

namespace Deployment.Tests.Helm;

/// <summary>Who reaches the pod, and who scrapes it.</summary>
public sealed class NetworkAndMonitoringTests
{
    private static IEnumerable<int> Ports(JsonNode rule) => rule.At("ports")!.AsArray().Select(port => (int)port.Number("port")!);

    [SkippableFact]
    public async Task The_network_policy_lets_out_only_what_the_worker_calls()
    {
        var spec = (await Chart.RenderAsync("network-policy")).The("NetworkPolicy")["spec"];

        Assert.Equal([53, 53, 443, 6379, 80, 4318], spec.At("egress")!.AsArray().SelectMany(rule => rule.At("ports")!.AsArray()).Select(port => (int)port.Number("port")!));
        Assert.Equal("10.0.0.0/16", spec.Text("egress.2.to.0.ipBlock.cidr"));
        Assert.Equal("monitoring", spec.At("ingress.0.from.0.namespaceSelector.matchLabels")!["kubernetes.io/metadata.name"]!.GetValue<string>());
    }

    [SkippableFact]
    public async Task The_network_policy_opens_the_port_of_every_url_in_the_values()
    {
        var spec = (await Chart.RenderAsync(
            "network-policy",
            "--set", "settings.otelExporterOtlpEndpoint=http://collector.observability:4317,settings.edgeApiUrl=https://edge.internal:8443,settings.awsEndpointUrlSqs=http://[fd00::9]:4566",
            "--set", "extraEnv.AWS_ENDPOINT_URL_STS=http://sts.internal,settings.sentryDsn=https://key@sentry.internal:9000/1,proxy.https=http://user:password@proxy.internal:3128",
            "--set", "redis.port=6380")).The("NetworkPolicy")["spec"];

        Assert.Equal([443, 4566, 80, 8443, 9000, 4317, 3128], Ports(spec.At("egress.1")!));
        Assert.Equal([6380], Ports(spec.At("egress.2")!));
        Assert.Equal(
            ["169.254.170.23/32", "169.254.170.2/32", "169.254.169.254/32", "fd00:ec2::23/128", "fd00:ec2::254/128"],
            spec.At("egress.3.to")!.AsArray().Select(peer => peer.Text("ipBlock.cidr")));
    }

    [SkippableTheory]
    [InlineData("fd00:10::5")]
    [InlineData("[fd00:10::5]")]
    [InlineData("10.0.0.9")]
    public async Task Redis_may_be_an_address(string host)
    {
        var environment = (await Chart.RenderAsync("minimal", "--set", $"redis.host={host}")).WorkerEnvironment();

        Assert.Equal(host, environment["REDIS_HOST"]);
    }

    [SkippableTheory]
    [InlineData("redis://cache.example")]
    [InlineData("user:password@cache")]
    [InlineData("cache.example:6379")]
    [InlineData("abc:6379")]
    public async Task Redis_is_neither_a_url_nor_a_host_with_port(string host) =>
        Assert.Contains("redis.host", await Chart.RefusalAsync("--set", $"redis.host={host}"), StringComparison.Ordinal);

    [SkippableFact]
    public async Task A_proxy_comes_with_the_hosts_that_are_called_directly_and_is_kept_secret()
    {
        var rendered = await Chart.RenderAsync("minimal", "--set", "proxy.https=http://user:password@proxy.internal:3128");

        Assert.Contains("169.254.170.23,[fd00:ec2::23]", rendered.The("ConfigMap")["data"]!["NO_PROXY"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.NotNull(rendered.The("Secret")["data"]!["HTTPS_PROXY"]);
        Assert.Null(rendered.The("ConfigMap")["data"]!["HTTPS_PROXY"]);
        Assert.False((await Chart.RenderAsync("minimal")).WorkerEnvironment().ContainsKey("NO_PROXY"));
    }

    [SkippableFact]
    public async Task A_PodMonitor_selects_the_pods_and_names_the_job_after_the_chart()
    {
        var rendered = await Chart.RenderAsync("pod-monitor");
        var monitor = rendered.The("PodMonitor");

        Assert.Equal("prometheus", monitor.Text("metadata.labels.release"));
        Assert.Equal("app.kubernetes.io/name", monitor.Text("spec.jobLabel"));
        Assert.Equal("30s", monitor.Text("spec.podMetricsEndpoints.0.interval"));
        Assert.True(JsonNode.DeepEquals(monitor.At("spec.selector.matchLabels"), rendered.The("Deployment").At("spec.selector.matchLabels")));
        Assert.DoesNotContain("Service", rendered.Kinds);
    }

    [SkippableFact]
    public async Task A_ServiceMonitor_brings_the_headless_service_it_needs()
    {
        var rendered = await Chart.RenderAsync("service-monitor");

        Assert.Equal("None", rendered.The("Service").Text("spec.clusterIP"));
        Assert.Equal(rendered.The("Service").Text("spec.ports.0.name"), rendered.The("ServiceMonitor").Text("spec.endpoints.0.port"));
    }
}
