using System.Text;
using EntitlementCache.Caching;
using EntitlementCache.Messages;
using EntitlementCache.Redis;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using PersistentCacheService.Refetching;
using PersistentCacheService.Sweeping;
using PersistentCacheService.Warming;
using TestKit;
using TestKit.Invariants;
using TestKit.Messages;

namespace Deployment.Tests.Redis;

/// <summary>The rights of deploy/redis/users.acl, on a real Redis: enough for every operation of the worker, and for nothing else.</summary>
public sealed class AclTests
{
    private const string User = "persistent-cache-service";
    private const string Password = "REPLACE-ME";

    private static readonly CacheSettings Settings =
        new("production", KeysTtlInSeconds: 600, CacheUpdatePolicy.Upsert, CacheLayout.Dual, LockRetryCount: 1);

    [SkippableFact]
    public async Task Every_operation_of_the_worker_is_permitted()
    {
        await using var server = await StartAsync(Shipped());
        await using var client = await ConnectAsync(server);
        var cache = new ScriptedCache(client, Settings, TimeProvider.System, static () => 0.5);

        foreach (var message in new MessageGenerator { Customers = 5 }.Generate(50, prime: true))
        {
            Assert.NotEqual(ApplyOutcome.SkippedAbsent, await ApplyAsync(cache, message.Body()));
        }

        Assert.Equal(ApplyOutcome.Purged, await ApplyAsync(cache, StiggMessages.Purge((MessageGenerator.CustomerId(0), null))));
        Assert.True(await cache.ContainsAsync(new CustomerIdentity(Encoding.UTF8.GetBytes(MessageGenerator.CustomerId(1)), default), CancellationToken.None));
        foreach (var section in new[] { "stats", "memory", "replication" })
        {
            Assert.NotEmpty((await client.ExecuteAsync("INFO", [section])).ToString());
        }
    }

    [SkippableFact]
    public async Task Connecting_tries_nothing_that_is_not_permitted()
    {
        await using var server = await StartAsync(Shipped());
        await using var client = await ConnectAsync(server);

        // A denied attempt would be an alarm in the log of whoever watches it.
        Assert.Empty((await server.CliAsync("ACL", "LOG")).Trim());
        Assert.Contains($"name={User}", await server.CliAsync("CLIENT", "LIST"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task After_Redis_forgot_its_scripts_the_worker_goes_on()
    {
        await using var server = await StartAsync(Shipped());
        await using var client = await ConnectAsync(server);
        using var admin = await RedisReader.ConnectAsync(server.Host, server.Port);
        var cache = new ScriptedCache(client, Settings, TimeProvider.System, static () => 0.5);
        var message = new MessageGenerator().Generate(1, prime: true).Single();
        await ApplyAsync(cache, message.Body());

        await admin.ExecuteAsync("SCRIPT", "FLUSH");

        Assert.Equal(ApplyOutcome.Written, await ApplyAsync(cache, message.Body()));
    }

    [SkippableFact]
    public async Task The_marker_and_a_refill_are_permitted()
    {
        await using var server = await StartAsync(Shipped());
        await using var client = await ConnectAsync(server);
        var keys = new WarmKeys(Settings.EnvironmentPrefix);
        var (marker, marks) = (new EpochMarker(client, keys, TimeProvider.System), new WarmMarks(client, keys, Settings.EnvironmentPrefix));
        CustomerIdentity[] customers = [new("customer-1"u8.ToArray(), default)];

        Assert.True((await marker.BeatAsync(CancellationToken.None)).IsFirst);
        Assert.True(await marks.PermitAsync(TimeSpan.FromMinutes(1), CancellationToken.None));
        Assert.Equal([WarmVerdict.Take], await marks.ClaimAsync(customers, skipsCached: true, skipsFetched: true, CancellationToken.None));
        await marks.RenewAsync(customers, CancellationToken.None);
        await marks.SettleAsync([(customers[0], RefetchResult.Written)], CancellationToken.None);
        Assert.Single(await marks.MarkedAsync(customers, CancellationToken.None));
        Assert.Empty((await server.CliAsync("ACL", "LOG")).Trim());
    }

    [SkippableFact]
    public async Task Every_operation_of_a_sweep_is_permitted_by_the_rights_for_it()
    {
        await using var server = await StartAsync(Shipped("users-sweep.acl"));
        await using var client = await ConnectAsync(server);
        await SweepAsync(client);

        Assert.Empty((await server.CliAsync("ACL", "LOG")).Trim());
    }

    [SkippableTheory]
    [InlineData("+scan")]
    [InlineData("~production!*")]
    public async Task No_right_that_a_sweep_needs_can_be_left_out(string right)
    {
        await using var server = await StartAsync(WithoutRight(Shipped("users-sweep.acl"), right));
        await using var client = await ConnectAsync(server);

        Assert.Equal(RedisFailureKind.NoPermission, (await Assert.ThrowsAsync<RedisFailureException>(() => SweepAsync(client))).Kind);
    }

    [Fact]
    public void The_rights_for_a_sweep_are_the_others_and_one_more()
    {
        var (usual, sweep) = (Line(Shipped()).Split(' '), Line(Shipped("users-sweep.acl")).Split(' '));

        Assert.Empty(usual.Except(sweep));
        Assert.Equal(["+scan"], sweep.Except(usual));
    }

    [SkippableTheory]
    [InlineData("GET", "production:c_customer")]
    [InlineData("KEYS", "*")]
    [InlineData("SCAN", "0")]
    [InlineData("FLUSHALL")]
    [InlineData("CONFIG", "GET", "*")]
    [InlineData("SCRIPT", "FLUSH")]
    [InlineData("CLIENT", "LIST")]
    [InlineData("SET", "staging:c_customer", "value")]
    [InlineData("DEL", "sessions")]
    [InlineData("PUBLISH", "channel", "message")]
    public async Task Nothing_else_is_permitted(params string[] command)
    {
        await using var server = await StartAsync(Shipped());

        Assert.Contains("NOPERM", await server.CliAsync(["--user", User, "--pass", Password, "--no-auth-warning", .. command]), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("+evalsha")]
    [InlineData("+eval")]
    [InlineData("+exists")]
    [InlineData("+mget")]
    [InlineData("+set")]
    [InlineData("~production-*")]
    [InlineData("~production:c_*")]
    public async Task No_right_that_writing_needs_can_be_left_out(string right)
    {
        await using var server = await StartAsync(WithoutRight(Shipped(), right));
        await using var client = await ConnectAsync(server);
        var cache = new ScriptedCache(client, Settings, TimeProvider.System, static () => 0.5);
        var message = new MessageGenerator().Generate(1, prime: true).Single();

        await Assert.ThrowsAsync<RedisFailureException>(() => ApplyAsync(cache, message.Body()));
    }

    [Fact]
    public async Task The_compose_project_gives_the_same_rights()
    {
        var shipped = Line(Shipped()).Replace("production", "development", StringComparison.Ordinal).Replace(Password, "compose", StringComparison.Ordinal);

        Assert.Equal(shipped, Line(await File.ReadAllTextAsync(RepositoryRoot.File("deploy", "compose", "users.acl"))));
    }

    private static string Shipped(string file = "users.acl") => File.ReadAllText(RepositoryRoot.File("deploy", "redis", file));

    private static string WithoutRight(string acl, string right) =>
        string.Join('\n', acl.Split('\n').Select(line => string.Join(' ', line.Split(' ').Where(word => word != right))));

    /// <summary>All that a sweep does in Redis, from the event to the end.</summary>
    private static async Task SweepAsync(RedisClient client)
    {
        var cache = new ScriptedCache(client, Settings with { Sweep = new SweepSettings(IsOn: true, RatePerSecond: 20) }, TimeProvider.System, static () => 0.5);
        var (ledger, customers) = (new SweepLedger(client, new SweepKeys(Settings.EnvironmentPrefix)), new CachedCustomers(client, Settings.EnvironmentPrefix));
        var minute = TimeSpan.FromMinutes(1);
        Assert.Equal(ApplyOutcome.Written, await ApplyAsync(cache, """{"type":"PACKAGE_PUBLISHED"}"""));
        var sweep = await ledger.TakeAsync(minute, CancellationToken.None);
        Assert.True(await ledger.RenewAsync(minute, CancellationToken.None));
        Assert.True(await ledger.PermitAsync(minute, CancellationToken.None));
        Assert.Equal(40, (await customers.ServerAsync(CancellationToken.None)).Length);
        Assert.Equal(0, await customers.CountAsync(CancellationToken.None));
        await ledger.SaveAsync(sweep! with { Total = 0 }, CancellationToken.None);
        Assert.NotNull(await ledger.ReadAsync(CancellationToken.None));
        await ledger.EndAsync(CancellationToken.None);
    }

    private static string Line(string acl) => acl.Split('\n').Single(line => line.StartsWith($"user {User} ", StringComparison.Ordinal));

    private static async Task<RedisServer> StartAsync(string acl)
    {
        Prerequisite.RedisServer.Demand();
        var file = Path.Combine(Directory.CreateTempSubdirectory("acl-").FullName, "users.acl");
        try
        {
            // The test looks in as the default user, whom the shipped file switches off.
            await File.WriteAllTextAsync(file, $"user default on nopass ~* &* +@all\n{Line(acl)}\n");
            return await RedisServer.StartAsync("--aclfile", file);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    private static async Task<RedisClient> ConnectAsync(RedisServer server)
    {
        var client = new RedisClient(
            new RedisSettings { Host = server.Host, Port = server.Port, Username = User, Password = new Secret(Password) },
            TimeProvider.System,
            static () => 0.5,
            NullLogger<RedisClient>.Instance);
        client.Start();
        await client.WaitUntilReadyAsync();
        return client;
    }

    private static async Task<ApplyOutcome> ApplyAsync(ScriptedCache cache, string body)
    {
        using var operation = MessageDecoder.Decode(Encoding.UTF8.GetBytes(body), new MessageOrigin(MessageGenerator.BaseTime, DeclaredType: null));
        return await cache.ApplyAsync(operation, CancellationToken.None);
    }
}
