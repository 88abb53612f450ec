using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using PersistentCacheService.Redis;
using PersistentCacheService.Settings;
using TestKit;
using TestKit.Processes;

namespace Deployment.Tests;

/// <summary>compose.yaml: what can be checked of it without pulling the images of others.</summary>
public sealed class ComposeTests
{
    private static readonly JsonObject Services = Manifests.Parse(File.ReadAllText(RepositoryRoot.File("compose.yaml")))[0]["services"]!.AsObject();

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
        Assert.Contains(reading.Settings!.Queue.Url.Host, Services.Select(s => s.Key));
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
    public void Ports_are_published_on_loopback_only() =>
        Assert.All(
            Services.SelectMany(service => service.Value!["ports"]?.AsArray() ?? []),
            port => Assert.StartsWith("127.0.0.1:", port!.GetValue<string>(), StringComparison.Ordinal));

    [SkippableFact]
    public async Task Its_Redis_takes_the_worker_with_TLS_and_ACL()
    {
        Prerequisite.RedisServer.Demand();
        Prerequisite.Program("openssl", "apt-get install openssl").Demand();
        var directory = Directory.CreateTempSubdirectory("compose-").FullName;
        try
        {
            await ChildProcess.RunAsync(new ChildProcessSpec("sh", RepositoryRoot.File("deploy", "compose", "make-certificates.sh"), directory));
            var port = FreePort.Next();
            var configuration = Path.Combine(directory, "redis.conf");
            await File.WriteAllTextAsync(configuration, (await File.ReadAllTextAsync(RepositoryRoot.File("deploy", "compose", "redis.conf")))
                .Replace("/certificates/", directory + "/", StringComparison.Ordinal)
                .Replace("/etc/redis/users.acl", RepositoryRoot.File("deploy", "compose", "users.acl"), StringComparison.Ordinal)
                .Replace("tls-port 6379", $"tls-port {port}", StringComparison.Ordinal));
            await using var server = await ChildProcess.StartAsync(new ChildProcessSpec("redis-server", configuration) { WorkingDirectory = directory });
            await server.WaitForLineAsync(line => line.Contains("Ready to accept connections", StringComparison.Ordinal), "Ready to accept connections");
            var environment = Worker()["environment"]!.AsObject();

            await using var client = new RedisClient(
                new RedisOptions
                {
                    Host = "localhost",
                    Port = port,
                    Tls = true,
                    TlsCaFile = Path.Combine(directory, "ca.crt"),
                    Username = environment["REDIS_USERNAME"]!.GetValue<string>(),
                    Password = environment["REDIS_PASSWORD"]!.GetValue<string>(),
                },
                TimeProvider.System,
                NullLogger<RedisClient>.Instance);
            client.Start();
            await client.WaitUntilReadyAsync();

            Assert.Equal(RedisConnectionState.Ready, client.State);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static JsonNode Worker() => Services["persistent-cache-service"]!;
}
