using EntitlementCache.Settings;
using PersistentCacheService.Settings;

namespace Deployment.Tests.Helm;

/// <summary>Redis with IAM, sentinels and client certificates, by the chart's values, for worker and Sidecar.</summary>
public sealed class RedisAccessTests
{
    [SkippableFact]
    public async Task IAM_takes_the_place_of_the_password_in_both_programs()
    {
        var rendered = await Chart.RenderAsync("redis-iam");
        var environment = rendered.WorkerEnvironment();
        environment["SERVER_API_KEY"] = "from-the-existing-secret";
        var reading = SettingsReader.Read(name => environment.GetValueOrDefault(name));
        Assert.Empty(reading.Problems);
        Assert.Equal(new RedisIamSettings("elasticache", IsServerless: false, "my-cache", "us-east-1"), reading.Settings!.Redis.Iam);

        var sidecar = rendered.The("Deployment", "persistent-cache-sidecar").At("spec.template.spec")!;
        var variables = sidecar.At("containers.0.env")!.AsArray().ToDictionary(static variable => variable.Text("name")!, static variable => variable.Text("value"));
        Assert.Equal("stigg-sidecar", sidecar.Text("serviceAccountName"));
        Assert.Equal(("iam", "my-cache", "us-east-1"), (variables["REDIS_AUTH"], variables["REDIS_IAM_CLUSTER"], variables["REDIS_IAM_REGION"]));
        Assert.Contains("REDIS_USERNAME", variables.Keys);
        Assert.DoesNotContain("REDIS_PASSWORD", variables.Keys);
    }

    [SkippableFact]
    public async Task Sentinels_take_the_place_of_the_host_and_their_ports_are_let_out()
    {
        var rendered = await Chart.RenderAsync("redis-sentinels");
        foreach (var policy in (string[])["persistent-cache-persistent-cache-service", "persistent-cache-sidecar"])
        {
            var ports = rendered.The("NetworkPolicy", policy).At("spec.egress")!.AsArray().SelectMany(static rule => rule!["ports"]!.AsArray()).Select(static port => port!["port"]!.ToString());
            Assert.Subset(ports.ToHashSet(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal) { "6379", "26379", "26380", "26381" });
        }

        var sidecar = rendered.The("Deployment", "persistent-cache-sidecar").At("spec.template.spec.containers.0.env")!.AsArray()
            .ToDictionary(static variable => variable.Text("name")!, static variable => variable.Text("value"));
        Assert.Equal(rendered.WorkerEnvironment()["REDIS_SENTINELS"], sidecar["REDIS_SENTINELS"]);
        Assert.Equal("cache", sidecar["REDIS_SENTINEL_MASTER"]);
    }

    [SkippableTheory]
    [InlineData("persistent-cache-persistent-cache-service")]
    [InlineData("persistent-cache-sidecar")]
    public async Task Certificate_key_and_the_sentinels_password_are_mounted_where_the_environment_says(string deployment)
    {
        var rendered = await Chart.RenderAsync("redis-sentinels");
        var environment = rendered.WorkerEnvironment();
        var pod = rendered.The("Deployment", deployment).At("spec.template.spec")!;
        foreach (var (name, volume, secret, key) in (ReadOnlySpan<(string, string, string, string)>)
            [
                ("REDIS_TLS_CERT_FILE", "redis-client", "redis-client-tls", "tls.crt"), ("REDIS_TLS_KEY_FILE", "redis-client", "redis-client-tls", "tls.key"),
                ("REDIS_SENTINEL_PASSWORD_FILE", "redis-sentinel", "redis", "sentinel-password"),
            ])
        {
            var mount = pod.At("containers.0.volumeMounts")!.AsArray().Single(mount => mount.Text("name") == volume);
            var source = pod.At("volumes")!.AsArray().Single(one => one.Text("name") == volume);
            Assert.Equal(secret, source.Text("secret.secretName"));
            var item = source.At("secret.items")!.AsArray().Single(item => item.Text("key") == key);
            Assert.Equal($"{mount.Text("mountPath")}/{item.Text("path")}", environment[name]);
        }
    }
}
