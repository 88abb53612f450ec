namespace Deployment.Tests.Helm;

/// <summary>The chart's Sidecar, by the original chart's values and our own.</summary>
public sealed class SidecarTests
{
    [SkippableFact]
    public async Task The_original_values_for_the_Sidecar_alone_give_the_Sidecar_and_no_worker()
    {
        var rendered = await Chart.RenderAsync("original-chart-disabled");

        Assert.Equal(["Deployment", "HorizontalPodAutoscaler", "PodDisruptionBudget", "Secret", "Service"], rendered.Kinds.Order(StringComparer.Ordinal));
        var container = rendered.The("Deployment").At("spec.template.spec.containers.0")!;
        Assert.Equal("stigg-sidecar", container.Text("name"));
        Assert.DoesNotContain(container.At("env")!.AsArray(), static variable => variable.Text("name")!.StartsWith("REDIS_", StringComparison.Ordinal));
        Assert.Equal("80", rendered.The("Service").Text("spec.ports.0.port"));
    }

    [SkippableFact]
    public async Task As_a_container_of_others_it_is_not_rendered() =>
        Assert.DoesNotContain("stigg-sidecar", await Chart.TextAsync("original-chart"), StringComparison.Ordinal);

    [SkippableFact]
    public async Task It_reads_the_workers_Redis_with_the_same_layout_and_expiry_and_keeps_its_own_settings()
    {
        var rendered = await Chart.RenderAsync("sidecar");
        var container = rendered.The("Deployment", "persistent-cache-sidecar").At("spec.template.spec.containers.0")!;
        var environment = container.At("env")!.AsArray().ToDictionary(static variable => variable.Text("name")!, static variable => variable);

        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)
            [("REDIS_HOST", "redis.internal"), ("REDIS_ENVIRONMENT_PREFIX", "production"), ("CACHE_LAYOUT", "dual"), ("REDIS_KEYS_TTL_IN_SECS", "86400"), ("LOG_LEVEL", "debug")])
        {
            Assert.Equal(value, environment[name].Text("value"));
        }

        Assert.Equal("stigg-api-keys", environment["SERVER_API_KEY"].Text("valueFrom.secretKeyRef.name"));
        Assert.Equal("persistent-cache-sidecar", environment["SENTRY_DSN"].Text("valueFrom.secretKeyRef.name"));
        Assert.DoesNotContain("QUEUE_URL", environment.Keys);
        Assert.Equal("stigg-sidecar:1.2.3", container.Text("image"));
        Assert.Equal("None", rendered.The("Service", "persistent-cache-sidecar").Text("spec.clusterIP"));
    }

    [SkippableTheory]
    [InlineData(5 + 25 + 10)]
    [InlineData(15 + 60 + 10, "--set", "sidecar.extraEnv.SHUTDOWN_DELAY_IN_SECS=15,sidecar.extraEnv.SHUTDOWN_TIMEOUT_IN_SECS=60")]
    [InlineData(0 + 25 + 10, "--set", "sidecar.extraEnv.SHUTDOWN_DELAY_IN_SECS=0")]
    public async Task The_grace_period_leaves_time_for_the_pause_and_for_calls_in_flight(int seconds, params string[] arguments)
    {
        var rendered = await Chart.RenderAsync("sidecar", arguments);
        Assert.Equal(seconds, rendered.The("Deployment", "persistent-cache-sidecar").Number("spec.template.spec.terminationGracePeriodSeconds"));
    }
}
