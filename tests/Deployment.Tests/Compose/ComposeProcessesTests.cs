using System.Globalization;
using Deployment.Tests.Published;
using PersistentCacheService.IntegrationTests;
using TestKit;

namespace Deployment.Tests.Compose;

/// <summary>compose.yaml without a container engine: all of its services but Grafana do together what they are there for.</summary>
[Collection(PublishedCollection.Name)]
public sealed class ComposeProcessesTests(PublishedWorker published)
{
    [SkippableFact]
    public async Task Messages_flow_from_the_emulator_over_the_worker_into_Redis_and_Prometheus_watches()
    {
        published.Demand();
        Prerequisite.Program("openssl", "apt-get install openssl").Demand();
        Prerequisite.Program("prometheus", "apt-get install prometheus, or eng/prerequisites.sh").Demand();
        await using var compose = new ComposeProcesses();
        await compose.MakeCertificatesAsync();
        await compose.StartRedisAsync();
        Assert.Equal("PONG", await compose.CheckRedisAsync());
        await compose.StartSqsAsync();
        var environment = compose.WorkerEnvironment();
        await using var worker = await WorkerProcess.StartAsync(environment);
        await worker.WaitUntilReadyAsync();
        await compose.StartPrometheusAsync(worker.Port);

        // The line that the file's head shows.
        using var http = new HttpClient();
        (await http.PostAsync(new Uri(compose.Url("local-sqs:4566"), ComposeFile.FillRequest), null)).EnsureSuccessStatusCode();

        await worker.WaitAsync(async () => await worker.MetricAsync("persistent_cache_messages_processed_total") >= 1000, "1000 messages are processed");
        environment["PORT"] = worker.Port.ToString(CultureInfo.InvariantCulture);
        await worker.WaitAsync(async () => (await WorkerProcess.RunAsync(environment, compose.WorkerHealthcheck())).ExitCode == 0, "its health check succeeds");
        var prometheus = new PrometheusApi(http, compose.Url("prometheus:9090"));
        await Eventually.HoldsAsync(
            async () => await prometheus.ValueAsync("persistent_cache_messages_processed_total") >= 1000, "Prometheus has scraped what the worker did", TimeSpan.FromMinutes(1));
        await Eventually.HoldsAsync(
            async () => await prometheus.RulesAsync() is { Count: > 0 } rules && rules.All(rule => rule.Text("health") == "ok"),
            "Prometheus has evaluated every rule",
            TimeSpan.FromMinutes(2)); // Some groups are evaluated once a minute.
    }
}
