using System.Globalization;
using System.Net;
using Deployment.Tests.Image;
using TestKit;
using Xunit.Abstractions;

namespace Deployment.Tests.Compose;

/// <summary>compose.yaml brought up for real, with the image that the other tests of this collection try.</summary>
[Collection(ImageCollection.Name)]
public sealed class ComposeUpTests(ImageFixture image, ITestOutputHelper output)
{
    private const string Worker = "persistent-cache-service";

    [SkippableFact]
    public async Task All_services_come_up_do_the_main_job_together_and_leave_nothing_behind()
    {
        image.Demand();
        var tool = await ComposeTool.DemandAsync();
        await using var project = await ComposeProject.UpAsync(tool, image);
        output.WriteLine($"{tool.Description}: {string.Join(", ", project.Services)}");
        Assert.Empty(ComposeFile.Services.Select(service => service.Key).Except([.. project.Services, "grafana"])); // There is no stand-in for its image.

        using var http = new HttpClient();
        using var ready = await http.GetAsync(new Uri(project.Url(4000), "/readyz"));
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);

        // The line that the file's head shows.
        (await http.PostAsync(new Uri(project.Url(4566), ComposeFile.FillRequest), null)).EnsureSuccessStatusCode();
        await PrometheusSeesAsync(new PrometheusApi(http, project.Url(9090)), project);
        await RedisHoldsThemAsync(project);
        await TheSidecarAnswersAsync(http, project.Url(8080));
        await TheWorkerIsConfinedAsync(project);
        output.WriteLine($"the worker's memory: {await project.DockerAsync("stats", "--no-stream", "--format", "{{.MemUsage}}", await project.IdAsync(Worker))}");

        Assert.Empty(await project.DownAsync());
    }

    private static async Task PrometheusSeesAsync(PrometheusApi prometheus, ComposeProject project)
    {
        try
        {
            await Eventually.HoldsAsync(async () => await prometheus.ValueAsync("persistent_cache_messages_processed_total") >= 1000, "1000 messages are processed, and Prometheus knows");
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException(await project.LogAsync(), exception);
        }

        Assert.Equal(1, await prometheus.ValueAsync($"up{{job='{Worker}'}}"));
        string[] files = ["rules.yaml", "sidecar-rules.yaml"];
        var shipped = files.SelectMany(static file => Manifests.Parse(File.ReadAllText(RepositoryRoot.File("deploy", "prometheus", file)))[0]["groups"]!.AsArray())
            .SelectMany(group => group!["rules"]!.AsArray())
            .Select(rule => rule.Text("alert") ?? rule.Text("record"));
        Assert.Equal(shipped.Order(StringComparer.Ordinal), (await prometheus.RulesAsync()).Select(rule => rule.Text("name")).Order(StringComparer.Ordinal));
    }

    // Of a customer that nobody has: Stigg cannot be asked from here, and a read is never an error.
    private static async Task TheSidecarAnswersAsync(HttpClient http, Uri sidecar)
    {
        using var content = new StringContent("""{"customerId":"C"}""");
        using var response = await http.PostAsync(new Uri(sidecar, "/v1/GetEntitlements"), content);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    // Asked over TLS, as the user that may only read: Redis's health check with another command. The worker had no other way either:
    // there is no plain port, and without a user nothing is allowed.
    private static async Task RedisHoldsThemAsync(ComposeProject project)
    {
        var keys = await project.DockerAsync(["exec", await project.IdAsync("redis"), .. ComposeFile.Healthcheck("redis").SkipLast(1), "dbsize"]);

        Assert.True(int.Parse(keys, CultureInfo.InvariantCulture) >= 1000, $"{keys} keys");
    }

    private static async Task TheWorkerIsConfinedAsync(ComposeProject project)
    {
        var container = await project.InspectAsync(Worker);
        Assert.Equal(128 << 20, container.Number("HostConfig.Memory"));
        Assert.Equal(40, container.Number("Config.StopTimeout"));
        var process = $"/proc/{container.Text("State.Pid")}";
        if (!File.Exists($"{process}/cgroup") || !(await File.ReadAllTextAsync($"{process}/cgroup")).Contains(container.Text("Id")!, StringComparison.Ordinal))
        {
            return; // Docker runs in a virtual machine or elsewhere: its processes are not to be seen.
        }

        var status = (await File.ReadAllLinesAsync($"{process}/status")).Select(line => line.Split(":\t")).ToDictionary(line => line[0], line => line[^1]);
        Assert.Equal("1654\t1654\t1654\t1654", status["Uid"]);
        Assert.Equal("0000000000000000", status["CapBnd"]);
        Assert.Equal("1", status["NoNewPrivs"]);
        Assert.Contains(await File.ReadAllLinesAsync($"{process}/mounts"), mount => mount.Split(' ') is [_, "/", _, var options, ..] && options.Split(',')[0] == "ro");
    }
}
