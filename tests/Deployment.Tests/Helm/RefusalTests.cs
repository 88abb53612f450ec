namespace Deployment.Tests.Helm;

/// <summary>Wrong values are refused with a message that names the value.</summary>
public sealed class RefusalTests
{
    [SkippableTheory]
    [InlineData("awsRegion must be set", "awsRegion=")]
    [InlineData("queueUrl must be set", "queueUrl=")]
    [InlineData("redis.host must be set", "redis.host=")]
    [InlineData("redis.environmentPrefix must be set", "redis.environmentPrefix=")]
    [InlineData("apiKeysSecretName", "apiKeysSecretName=")]
    [InlineData("redis.passwordAsFile needs", "redis.passwordAsFile=true")]
    [InlineData("redis.tlsCa is set although redis.tls is false", "redis.tls=false,redis.tlsCa.secretName=ca")]
    [InlineData("exclude each other", "podMonitor.enabled=true,serviceMonitor.enabled=true")]
    [InlineData("deploymentHPA.minReplicas is greater", "deploymentHPA.minReplicas=5")]
    [InlineData("keda.minReplicas is greater", "autoscaler=keda,keda.minReplicas=11")]
    [InlineData("nothing to scale by", "deploymentHPA.targetCPUUtilizationPercentage=null")]
    [InlineData("killed while they drain", "terminationGracePeriodSeconds=20")]
    [InlineData("keda.triggerAuthentication.name is needed", "autoscaler=keda,keda.triggerAuthentication.create=false")]
    public async Task Values_that_do_not_fit_together_are_refused(string message, string set) =>
        Assert.Contains(message, await Chart.RefusalAsync("--set", set), StringComparison.Ordinal);

    [SkippableTheory]
    [InlineData("awsRegoin is not allowed", "awsRegoin=us-east-1")]
    [InlineData("hosts is not allowed", "redis.hosts=a")]
    [InlineData("consumer is not allowed", "settings.consumer=3")]
    [InlineData("image is not allowed", "persistentCache.image=a")]
    [InlineData("enabled is not allowed", "keda.enabled=true")]
    [InlineData("enable is not allowed", "check.enable=true")]
    [InlineData("prometheusRule.runbookBaseUrl", "prometheusRule.runbookBaseUrl=docs/runbooks")]
    [InlineData("awsRegion", "awsRegion=Virginia")]
    [InlineData("queueUrl", "queueUrl=stigg-queue")]
    [InlineData("settings.consumers", "settings.consumers=101")]
    [InlineData("settings.batchSize", "settings.batchSize=11")]
    [InlineData("settings.keysTtlInSecs", "settings.keysTtlInSecs=0")]
    [InlineData("settings.cacheUpdatePolicy", "settings.cacheUpdatePolicy=upsert")]
    [InlineData("settings.logLevel", "settings.logLevel=trace")]
    [InlineData("settings.edgeApiUrl", "settings.edgeApiUrl=edge.example.com")]
    [InlineData("autoscaler", "autoscaler=both")]
    [InlineData("serviceAccount.roleArn", "serviceAccount.roleArn=my-role")]
    [InlineData("image.digest", "image.digest=sha256:12")]
    [InlineData("redis.port", "redis.port=none")]
    [InlineData("redis.tls", "redis.tls=maybe")]
    [InlineData("deploymentResources.memory.limit", "deploymentResources.memory.limit=128MB")]
    public async Task A_value_that_the_schema_does_not_know_is_refused_by_name(string message, string set)
    {
        var refusal = await Chart.RefusalAsync("--set", set);

        Assert.Contains("schema", refusal, StringComparison.Ordinal);
        Assert.Contains(message, refusal, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task All_problems_are_named_at_once()
    {
        var refusal = await Chart.RefusalAsync("--set", "awsRegion=,queueUrl=,redis.host=");

        Assert.Contains("awsRegion must be set", refusal, StringComparison.Ordinal);
        Assert.Contains("queueUrl must be set", refusal, StringComparison.Ordinal);
        Assert.Contains("redis.host must be set", refusal, StringComparison.Ordinal);
    }
}
