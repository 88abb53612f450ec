using System.Text.Json.Nodes;

namespace Deployment.Tests.Helm;

/// <summary>Who reaches the pod, and who scrapes it.</summary>
public sealed class NetworkAndMonitoringTests
{
    [SkippableFact]
    public async Task The_network_policy_lets_out_only_what_the_worker_calls()
    {
        var spec = (await Chart.RenderAsync("network-policy")).The("NetworkPolicy")["spec"];

        Assert.Equal([53, 53, 443, 6379, 80, 4318], spec.At("egress")!.AsArray().SelectMany(rule => rule.At("ports")!.AsArray()).Select(port => (int)port.Number("port")!));
        Assert.Equal("10.0.0.0/16", spec.Text("egress.2.to.0.ipBlock.cidr"));
        Assert.Equal("monitoring", spec.At("ingress.0.from.0.namespaceSelector.matchLabels")!["kubernetes.io/metadata.name"]!.GetValue<string>());
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
