using EntitlementCache.Redis;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using TestKit;

namespace Deployment.Tests.Redis;

/// <summary>The user of deploy/redis/sentinel.conf, at a real sentinel: enough to be told the primary, and for nothing else.</summary>
public sealed class SentinelExampleTests
{
    [SkippableFact]
    public async Task The_user_of_the_example_may_ask_where_the_primary_is_and_nothing_else()
    {
        var user = (await File.ReadAllLinesAsync(RepositoryRoot.File("deploy", "redis", "sentinel.conf"))).Single(static line => line.StartsWith("user ", StringComparison.Ordinal));
        await using var redis = await RedisServer.StartAsync();
        var sentinel = Assert.Single(await SentinelServer.StartAsync(redis, count: 1, replicas: 0, user));
        await using var owned = sentinel;
        var settings = new RedisSettings
        {
            Host = "unused",
            Port = 1,
            Sentinel = new SentinelSettings([new HostAndPort(sentinel.Host, sentinel.Port)], SentinelServer.Master) { Username = "persistent-cache-service", Password = new Secret("REPLACE-ME") },
        };
        await using var client = new RedisClient(settings, TimeProvider.System, static () => 0.5, NullLogger<RedisClient>.Instance);
        client.Start();

        await client.WaitUntilReadyAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Empty(string.Join('\n', await sentinel.CliAsync("ACL", "LOG")).Trim());
        Assert.Contains("NOPERM", string.Join('\n', await sentinel.CliAsync("--user", "persistent-cache-service", "--pass", "REPLACE-ME", "--no-auth-warning", "SENTINEL", "MASTERS")), StringComparison.Ordinal);
    }
}
