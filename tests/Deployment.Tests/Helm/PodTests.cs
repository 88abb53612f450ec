namespace Deployment.Tests.Helm;

/// <summary>What the values make of the pod.</summary>
public sealed class PodTests
{
    [SkippableFact]
    public async Task A_digest_wins_over_every_tag()
    {
        var container = (await Chart.RenderAsync("image-by-digest")).WorkerContainer();

        Assert.Equal(
            "123456789012.dkr.ecr.us-east-1.amazonaws.com/persistent-cache-service@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            container.Text("image"));
        Assert.Equal("Always", container.Text("imagePullPolicy"));
    }

    [SkippableTheory]
    [InlineData("persistent-cache-service:1.0.0", "image.tag=")]
    [InlineData("persistent-cache-service:2.39.0", "imageTag=2.39.0")]
    [InlineData("persistent-cache-service:1.2.3", "imageTag=2.39.0,image.tag=1.2.3")]
    public async Task The_tag_is_ours_then_the_original_charts_then_the_version(string image, string set) =>
        Assert.Equal(image, (await Chart.RenderAsync("minimal", "--set", set)).WorkerContainer().Text("image"));

    [SkippableFact]
    public async Task Redis_credentials_come_from_the_existing_secret()
    {
        var environment = (await Chart.RenderAsync("redis-existing-secret")).WorkerEnvironment();

        Assert.Equal("secret:redis/user", environment["REDIS_USERNAME"]);
        Assert.Equal("secret:redis/pass", environment["REDIS_PASSWORD"]);
    }

    [SkippableTheory]
    [InlineData("redis-password-file", "redis", "password", "configMap", "ca.crt")]
    [InlineData("redis-inline-file", "persistent-cache-persistent-cache-service", "REDIS_PASSWORD", "secret", "chain.pem")]
    public async Task The_password_and_the_authorities_are_mounted_where_the_environment_says(string values, string secret, string key, string caKind, string caKey)
    {
        var rendered = await Chart.RenderAsync(values, "--set", "fullnameOverride=persistent-cache-persistent-cache-service");
        var pod = rendered.The("Deployment").At("spec.template.spec");
        var environment = rendered.WorkerEnvironment();

        Assert.DoesNotContain("REDIS_PASSWORD", environment.Keys);
        Assert.Equal(pod.Text("containers.0.volumeMounts.0.mountPath") + "/" + pod.Text("volumes.0.secret.items.0.path"), environment["REDIS_PASSWORD_FILE"]);
        Assert.Equal(secret, pod.Text("volumes.0.secret.secretName"));
        Assert.Equal(key, pod.Text("volumes.0.secret.items.0.key"));
        Assert.Equal(pod.Text("containers.0.volumeMounts.1.mountPath") + "/" + pod.Text($"volumes.1.{caKind}.items.0.path"), environment["REDIS_TLS_CA_FILE"]);
        Assert.EndsWith("/" + caKey, environment["REDIS_TLS_CA_FILE"], StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("minimal", 40)]
    [InlineData("drain-time", 135)]
    [InlineData("resources", 90)]
    public async Task The_grace_period_follows_the_shutdown_setting(string values, int seconds) =>
        Assert.Equal(seconds, (await Chart.RenderAsync(values)).The("Deployment").Number("spec.template.spec.terminationGracePeriodSeconds"));

    [SkippableTheory]
    [InlineData("checksum/config", "settings.batchSize=5")]
    [InlineData("checksum/secret", "redis.password=other")]
    [InlineData("checksum/secret", "settings.sentryDsn=https://key@sentry.example.com/1")]
    public async Task A_changed_setting_or_secret_rolls_the_pods(string annotation, string set)
    {
        var before = await Chart.RenderAsync("minimal");
        var after = await Chart.RenderAsync("minimal", "--set", set);

        Assert.NotEqual(Annotation(before), Annotation(after));

        string Annotation(Manifests rendered) => rendered.The("Deployment").At("spec.template.metadata.annotations")![annotation]!.GetValue<string>();
    }

    [SkippableFact]
    public async Task Probes_ask_the_live_and_ready_pages_and_members_can_be_replaced()
    {
        var standard = (await Chart.RenderAsync("minimal")).WorkerContainer();
        var changed = (await Chart.RenderAsync("probes")).WorkerContainer();

        Assert.Equal("/livez", standard.Text("startupProbe.httpGet.path"));
        Assert.Equal("/livez", standard.Text("livenessProbe.httpGet.path"));
        Assert.Equal("/readyz", standard.Text("readinessProbe.httpGet.path"));
        Assert.Equal(standard.Text("ports.0.name"), standard.Text("livenessProbe.httpGet.port"));
        Assert.Null(changed.At("startupProbe"));
        Assert.Equal(12, changed.Number("livenessProbe.failureThreshold"));
        Assert.Equal("/livez", changed.Text("livenessProbe.httpGet.path"));
    }

    [SkippableFact]
    public async Task The_audit_runs_as_a_job_with_all_that_the_worker_gets_and_is_no_worker()
    {
        var rendered = await Chart.RenderAsync("audit");
        var (job, worker) = (rendered.The("CronJob"), rendered.The("Deployment").At("spec.template.spec.containers.0")!);
        var template = job.At("spec.jobTemplate.spec.template")!;
        var audit = template.At("spec.containers.0")!;

        Assert.Equal("0 4 * * 0", job.Text("spec.schedule"));
        Assert.Equal(["audit", "--json", "--sample", "250000", "--rate", "50", "--repair"], audit["args"]!.AsArray().Select(word => word!.GetValue<string>()));
        Assert.All(
            ["image", "imagePullPolicy", "securityContext", "envFrom", "env", "resources", "volumeMounts"],
            member => Assert.Equal(worker[member]!.ToJsonString(), audit[member]!.ToJsonString()));
        Assert.Equal(rendered.The("Deployment").At("spec.template.spec.volumes")!.ToJsonString(), template.At("spec.volumes")!.ToJsonString());
        Assert.Equal("Never", template.Text("spec.restartPolicy"));
        Assert.NotEqual(
            rendered.The("Deployment").At("spec.selector.matchLabels")!["app.kubernetes.io/name"]!.GetValue<string>(),
            template.At("metadata.labels")!["app.kubernetes.io/name"]!.GetValue<string>());
        Assert.DoesNotContain("CronJob", (await Chart.RenderAsync("minimal")).Kinds);
    }

    [SkippableFact]
    public async Task The_check_runs_before_the_worker_with_all_that_the_worker_gets()
    {
        var pod = (await Chart.RenderAsync("check")).The("Deployment").At("spec.template.spec");
        var (check, worker) = (pod.At("initContainers.1")!, pod.At("containers.0")!);

        Assert.Equal(["proxy", "check"], pod.At("initContainers")!.AsArray().Select(c => c.Text("name")));
        Assert.Equal("check", check.Text("args.0"));
        Assert.All(
            ["image", "imagePullPolicy", "securityContext", "envFrom", "env", "resources", "volumeMounts"],
            member => Assert.Equal(worker[member]!.ToJsonString(), check[member]!.ToJsonString()));
        Assert.All(["ports", "startupProbe", "livenessProbe", "readinessProbe"], member => Assert.Null(check[member]));
        Assert.Null((await Chart.RenderAsync("minimal")).The("Deployment").At("spec.template.spec.initContainers"));
    }

    [SkippableFact]
    public async Task Pods_spread_over_zones_and_nodes_unless_told_otherwise()
    {
        var standard = (await Chart.RenderAsync("minimal")).The("Deployment").At("spec.template.spec.topologySpreadConstraints")!.AsArray();
        var pod = (await Chart.RenderAsync("scheduling")).The("Deployment").At("spec.template.spec");

        Assert.Equal(["topology.kubernetes.io/zone", "kubernetes.io/hostname"], standard.Select(c => c.Text("topologyKey")));
        Assert.All(standard, c => Assert.Equal("ScheduleAnyway", c.Text("whenUnsatisfiable")));
        Assert.Null(pod.At("topologySpreadConstraints"));
        Assert.Equal("high", pod.Text("priorityClassName"));
        Assert.Equal("arm64", pod.At("nodeSelector")!["kubernetes.io/arch"]!.GetValue<string>());
        Assert.Equal("dedicated", pod.Text("tolerations.0.key"));
        Assert.NotNull(pod.At("affinity.nodeAffinity"));
        Assert.Equal("ndots", pod.Text("dnsConfig.options.0.name"));
    }

    [SkippableFact]
    public async Task Extras_arrive_and_templates_among_them_are_rendered()
    {
        var rendered = await Chart.RenderAsync("extras");
        var deployment = rendered.The("Deployment");
        var pod = deployment.At("spec.template.spec");

        Assert.Equal("persistent-cache-stigg-cache", deployment.Text("metadata.name"));
        Assert.All(rendered.Where(o => o.At("metadata.labels") is not null), o => Assert.Equal("payments", o.Text("metadata.labels.team")));
        Assert.Equal("scratch", pod.Text("volumes.0.name"));
        Assert.Equal("/scratch", pod.Text("containers.0.volumeMounts.0.mountPath"));
        Assert.Equal("wait", pod.Text("initContainers.0.name"));
        Assert.Equal("agent", pod.Text("containers.1.name"));
        Assert.Equal("value", rendered.The("ConfigMap", "beside").Text("data.key"));
        Assert.Equal("production", rendered.The("ConfigMap", "persistent-cache-templated").Text("data.prefix"));
    }

    [SkippableFact]
    public async Task Static_keys_come_from_the_given_secret() =>
        Assert.Equal("aws-keys", (await Chart.RenderAsync("static-credentials")).WorkerContainer().Text("envFrom.1.secretRef.name"));

    [SkippableFact]
    public async Task A_role_becomes_the_annotation_of_IRSA()
    {
        var account = (await Chart.RenderAsync("irsa")).The("ServiceAccount");

        Assert.Equal("arn:aws:iam::123456789012:role/persistent-cache-service", account.At("metadata.annotations")!["eks.amazonaws.com/role-arn"]!.GetValue<string>());
        Assert.Equal("payments", account.At("metadata.annotations")!["example.com/owner"]!.GetValue<string>());
    }

    [SkippableFact]
    public async Task An_existing_service_account_is_used_and_none_is_made()
    {
        var rendered = await Chart.RenderAsync("pod-identity");

        Assert.Equal("stigg-cache", rendered.The("Deployment").Text("spec.template.spec.serviceAccountName"));
        Assert.DoesNotContain("ServiceAccount", rendered.Kinds);
    }
}
