namespace Deployment.Tests.Helm;

/// <summary>Values files of Stigg's own chart (stiggio/stigg-helm-charts) must do here what they do there.</summary>
public sealed class OriginalChartTests
{
    [SkippableFact]
    public async Task Its_values_give_the_environment_that_it_gives()
    {
        var rendered = await Chart.RenderAsync("original-chart");

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["SERVER_API_KEY"] = "server-key",
                ["REDIS_ENVIRONMENT_PREFIX"] = "production",
                ["REDIS_HOST"] = "redis",
                ["REDIS_PORT"] = "6379",
                ["REDIS_DB"] = "0",
                ["REDIS_TLS"] = "true",
                ["REDIS_PASSWORD"] = "redis-password",
                ["AWS_REGION"] = "eu-west-1",
                ["QUEUE_URL"] = "https://sqs.eu-west-1.amazonaws.com/123456789012/stigg",
            },
            rendered.WorkerEnvironment());
    }

    [SkippableFact]
    public async Task Its_extraEnv_arrives_without_reserved_and_empty_names_and_with_whole_numbers()
    {
        var rendered = await Chart.RenderAsync("original-chart-extra-env");

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["SERVER_API_KEY"] = "server-key",
                ["REDIS_ENVIRONMENT_PREFIX"] = "staging",
                ["REDIS_HOST"] = "redis",
                ["REDIS_PORT"] = "6380",
                ["REDIS_DB"] = "3",
                ["REDIS_TLS"] = "false",
                ["REDIS_USERNAME"] = "stigg",
                ["REDIS_PASSWORD"] = "redis-password",
                ["AWS_REGION"] = "us-east-1",
                ["QUEUE_URL"] = "https://sqs.us-east-1.amazonaws.com/123456789012/stigg",
                ["BATCH_SIZE"] = "10",
                ["KEYS_TTL_IN_SECS"] = "2592000",
                ["CACHE_UPDATE_POLICY"] = "UPSERT",
                ["SHUTDOWN_TIMEOUT_IN_SECS"] = "60",
                ["PORT"] = "4100",
                ["DISABLE_SENTRY"] = "true",
                ["NODE_OPTIONS"] = "--max-old-space-size=400",
                ["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE",
                ["AWS_SECRET_ACCESS_KEY"] = "not-a-real-secret",
            },
            rendered.WorkerEnvironment());
    }

    [SkippableFact]
    public async Task Its_existing_secret_of_API_keys_is_read_under_its_key_and_no_secret_is_made()
    {
        var rendered = await Chart.RenderAsync("original-chart-existing-secret");

        Assert.Equal("secret:my-keys/stigg_server_api_key", rendered.WorkerEnvironment()["SERVER_API_KEY"]);
        Assert.DoesNotContain("REDIS_PASSWORD", rendered.WorkerEnvironment().Keys);
        Assert.DoesNotContain("Secret", rendered.Kinds);
    }

    [SkippableFact]
    public async Task Its_resources_and_scaling_are_kept()
    {
        var rendered = await Chart.RenderAsync("original-chart");

        var resources = rendered.WorkerContainer()["resources"];
        Assert.Equal("1000m", resources.Text("requests.cpu"));
        Assert.Equal("1500m", resources.Text("limits.cpu"));
        Assert.Equal("512Mi", resources.Text("requests.memory"));
        Assert.Equal("640Mi", resources.Text("limits.memory"));
        var hpa = rendered.The("HorizontalPodAutoscaler")["spec"];
        Assert.Equal(1, hpa.Number("minReplicas"));
        Assert.Equal(4, hpa.Number("maxReplicas"));
        Assert.Equal("cpu", hpa.Text("metrics.0.resource.name"));
        Assert.Equal(70, hpa.Number("metrics.0.resource.target.averageUtilization"));
        Assert.Equal("memory", hpa.Text("metrics.1.resource.name"));
        Assert.Equal(80, hpa.Number("metrics.1.resource.target.averageUtilization"));
    }

    [SkippableTheory]
    [InlineData("original-chart")]
    [InlineData("original-chart-extra-env")]
    [InlineData("original-chart-existing-secret")]
    public async Task Its_block_may_be_moved_to_the_top_level(string values)
    {
        var file = Path.GetTempFileName();
        try
        {
            var text = await File.ReadAllTextAsync(Chart.Values(values));
            await File.WriteAllTextAsync(file, AtTopLevel(text));
            var (exitCode, output, errors) = await Tool.Helm.RunAsync("template", "persistent-cache", Chart.Folder, "-n", "stigg", "-f", file);

            Assert.DoesNotContain("\npersistentCache:", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
            Assert.True(exitCode == 0, errors);
            Assert.Equal(await Chart.TextAsync(values), output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [SkippableFact]
    public async Task A_false_in_its_block_wins_over_a_true_at_top_level()
    {
        var rendered = await Chart.RenderAsync("minimal", "--set", "redis.tls=true", "--set", "persistentCache.redis.tls=false");

        Assert.Equal("false", rendered.WorkerEnvironment()["REDIS_TLS"]);
    }

    [SkippableFact]
    public async Task Settings_in_its_extraEnv_move_the_port_and_the_grace_period_too()
    {
        var rendered = await Chart.RenderAsync("original-chart-extra-env");

        Assert.Equal(4100, rendered.WorkerContainer().Number("ports.0.containerPort"));
        Assert.Equal(60 + 15, rendered.The("Deployment").Number("spec.template.spec.terminationGracePeriodSeconds"));
    }

    [SkippableFact]
    public async Task Secrets_in_its_extraEnv_go_to_the_Secret()
    {
        var rendered = await Chart.RenderAsync("original-chart-extra-env");

        Assert.Null(rendered.The("ConfigMap").At("data.AWS_SECRET_ACCESS_KEY"));
        Assert.NotNull(rendered.The("Secret").At("data.AWS_SECRET_ACCESS_KEY"));
    }

    // What is indented below "persistentCache:" moves two columns to the left.
    private static string AtTopLevel(string values)
    {
        var inside = false;
        var lines = new List<string>();
        foreach (var line in values.Split('\n'))
        {
            inside = line.StartsWith("persistentCache:", StringComparison.Ordinal) || (inside && (line.Length == 0 || line[0] is ' ' or '#'));
            if (!line.StartsWith("persistentCache:", StringComparison.Ordinal))
            {
                lines.Add(inside && line.StartsWith("  ", StringComparison.Ordinal) ? line[2..] : line);
            }
        }

        return string.Join('\n', lines);
    }
}
