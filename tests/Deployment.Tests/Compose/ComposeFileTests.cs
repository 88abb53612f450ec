using System.Text.Json.Nodes;
using PersistentCacheService.Settings;
using TestKit;
using TestKit.Processes;

namespace Deployment.Tests.Compose;

/// <summary>compose.yaml: what can be checked of it without pulling the images of others.</summary>
public sealed class ComposeFileTests
{
    private static readonly JsonObject Services = ComposeFile.Services;

    [Fact]
    public void Every_mounted_file_is_there()
    {
        var mounted = Services
            .SelectMany(service => service.Value!["volumes"]?.AsArray() ?? [])
            .Select(volume => volume!.GetValue<string>().Split(':')[0])
            .Where(source => source.StartsWith("./", StringComparison.Ordinal))
            .ToList();

        Assert.NotEmpty(mounted);
        Assert.All(mounted, source => Assert.True(Path.Exists(RepositoryRoot.File(source)), source));
    }

    [Fact]
    public void Services_wait_only_for_services_that_are_there() =>
        Assert.All(
            Services.SelectMany(service => service.Value!["depends_on"]?.AsObject().Select(d => d.Key) ?? []),
            name => Assert.Contains(name, Services.Select(s => s.Key)));

    [Fact]
    public void The_worker_accepts_its_settings()
    {
        var environment = Worker()["environment"]!.AsObject();
        var reading = SettingsReader.Read(name => name == "REDIS_TLS_CA_FILE" ? null : environment[name]?.GetValue<string>());

        Assert.Empty(reading.Problems);
        Assert.Contains(reading.Settings!.Queues[0].Url.Host, Services.Select(s => s.Key));
        Assert.Contains(reading.Settings.Redis.Host, Services.Select(s => s.Key));
    }

    [Fact]
    public void The_worker_is_as_confined_as_in_Kubernetes()
    {
        Assert.Equal("true", Worker().Text("read_only"));
        Assert.Equal("1654:1654", Worker().Text("user"));
        Assert.Equal("ALL", Worker().Text("cap_drop.0"));
        Assert.Equal("no-new-privileges:true", Worker().Text("security_opt.0"));
        Assert.Equal("128m", Worker().Text("mem_limit"));
    }

    [Fact]
    public void The_Sidecar_is_confined_like_the_worker_and_reads_its_Redis()
    {
        var sidecar = Services["stigg-sidecar"]!;

        foreach (var member in (string[])["read_only", "user", "cap_drop.0", "security_opt.0", "mem_limit"])
        {
            Assert.Equal(Worker().Text(member), sidecar.Text(member));
        }

        Assert.Equal(Worker().Text("environment.ENVIRONMENT_PREFIX"), sidecar.Text("environment.REDIS_ENVIRONMENT_PREFIX"));
        Assert.Equal(Worker().Text("environment.REDIS_HOST"), sidecar.Text("environment.REDIS_HOST"));
    }

    [Fact]
    public void Ports_are_published_on_loopback_only() =>
        Assert.All(
            Services.SelectMany(service => service.Value!["ports"]?.AsArray() ?? []),
            port => Assert.StartsWith("127.0.0.1:", port!.GetValue<string>(), StringComparison.Ordinal));

    [Fact]
    public void Grafana_finds_Prometheus_and_the_dashboard()
    {
        var source = Provisioning("datasources/prometheus.yaml").At("datasources.0");
        var files = Provisioning("dashboards/files.yaml").Text("providers.0.options.path")!;
        var url = new Uri(source.Text("url")!);

        Assert.Equal("prometheus", source.Text("type"));
        Assert.Equal("9090", Services[url.Host].Text("ports.0")!.Split(':')[^1]);
        Assert.Equal(9090, url.Port);
        Assert.Contains($"./deploy/grafana:{files}:ro", Services["grafana"]!["volumes"]!.AsArray().Select(volume => volume!.GetValue<string>()));
        Assert.Equal($"{files}/persistent-cache.json", Services["grafana"].Text("environment.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"));
    }

    [SkippableFact]
    public async Task Docker_compose_takes_the_file()
    {
        var tool = await ComposeTool.DemandAsync();
        using var copy = new ComposeCopy(new Dictionary<string, string>());
        var words = tool.CommandLine(tool.IsCurrent ? ComposeFile.Path : copy.File, "config", "--quiet");

        await ChildProcess.RunAsync(new ChildProcessSpec(words[0], [.. words.Skip(1)]));
    }

    private static JsonObject Provisioning(string file) => Manifests.Parse(File.ReadAllText(RepositoryRoot.File("deploy", "compose", "grafana", file)))[0];

    private static JsonNode Worker() => Services["persistent-cache-service"]!;
}
