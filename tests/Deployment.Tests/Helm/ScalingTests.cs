namespace Deployment.Tests.Helm;

/// <summary>Who owns the number of replicas.</summary>
public sealed class ScalingTests
{
    [SkippableTheory]
    [InlineData("minimal")]
    [InlineData("keda")]
    public async Task Beside_an_autoscaler_the_Deployment_fixes_no_replicas(string values) =>
        Assert.Null((await Chart.RenderAsync(values)).The("Deployment").At("spec.replicas"));

    [SkippableFact]
    public async Task Without_an_autoscaler_the_replicas_are_fixed()
    {
        var rendered = await Chart.RenderAsync("no-autoscaler");

        Assert.Equal(3, rendered.The("Deployment").Number("spec.replicas"));
        Assert.DoesNotContain("HorizontalPodAutoscaler", rendered.Kinds);
        Assert.DoesNotContain("ScaledObject", rendered.Kinds);
    }

    [SkippableFact]
    public async Task KEDA_replaces_the_HPA_and_scales_by_the_queue()
    {
        var rendered = await Chart.RenderAsync("keda");
        var spec = rendered.The("ScaledObject")["spec"];

        Assert.DoesNotContain("HorizontalPodAutoscaler", rendered.Kinds);
        Assert.Equal(rendered.The("Deployment").Text("metadata.name"), spec.Text("scaleTargetRef.name"));
        Assert.Equal(0, spec.Number("minReplicaCount"));
        Assert.Equal(30, spec.Number("maxReplicaCount"));
        Assert.Equal(2, spec.Number("fallback.replicas"));
        Assert.Equal("aws-sqs-queue", spec.Text("triggers.0.type"));
        Assert.Equal("1000000", spec.Text("triggers.0.metadata.queueLength"));
        Assert.Equal("true", spec.Text("triggers.0.metadata.scaleOnInFlight"));
        Assert.Equal(rendered.The("TriggerAuthentication").Text("metadata.name"), spec.Text("triggers.0.authenticationRef.name"));
        Assert.Equal("aws", rendered.The("TriggerAuthentication").Text("spec.podIdentity.provider"));
        Assert.Equal("arn:aws:iam::123456789012:role/keda", rendered.The("TriggerAuthentication").Text("spec.podIdentity.roleArn"));
    }

    [SkippableFact]
    public async Task KEDA_watches_each_of_several_queues()
    {
        var rendered = await Chart.RenderAsync("keda", "--set", "queueUrl=https://sqs.us-east-1.amazonaws.com/1/high\\, http://sqs:9324/1/low,settings.queueCredentials=edge");
        var triggers = rendered.The("ScaledObject").At("spec.triggers")!.AsArray();

        Assert.Equal(["https://sqs.us-east-1.amazonaws.com/1/high", "http://sqs:9324/1/low"], triggers.Select(static trigger => trigger.Text("metadata.queueURL")));
        Assert.Equal("https://sqs.us-east-1.amazonaws.com/1/high, http://sqs:9324/1/low", rendered.WorkerEnvironment()["QUEUE_URL"]);
        Assert.Equal("edge", rendered.WorkerEnvironment()["QUEUE_CREDENTIALS"]);
    }

    [SkippableFact]
    public async Task KEDA_can_use_an_existing_authentication_and_another_endpoint()
    {
        var rendered = await Chart.RenderAsync("keda-existing-authentication");
        var trigger = rendered.The("ScaledObject").At("spec.triggers.0");

        Assert.DoesNotContain("TriggerAuthentication", rendered.Kinds);
        Assert.Equal("aws", trigger.Text("authenticationRef.name"));
        Assert.Equal("https://vpce.example.com", trigger.Text("metadata.awsEndpoint"));
    }

    [SkippableFact]
    public async Task An_HPA_scales_by_other_metrics_when_CPU_is_off()
    {
        var metrics = (await Chart.RenderAsync("hpa-custom-metrics")).The("HorizontalPodAutoscaler").At("spec.metrics")!.AsArray();

        Assert.Equal("External", Assert.Single(metrics).Text("type"));
    }

    [SkippableTheory]
    [InlineData("minimal", true)]
    [InlineData("no-autoscaler", true)]
    [InlineData("single-replica", false)]
    public async Task A_disruption_budget_is_there_when_more_than_one_replica_is_possible(string values, bool expected)
    {
        var rendered = await Chart.RenderAsync(values);

        Assert.Equal(expected, rendered.Kinds.Contains("PodDisruptionBudget"));
        if (expected)
        {
            Assert.Equal(1, rendered.The("PodDisruptionBudget").Number("spec.maxUnavailable"));
        }
    }
}
