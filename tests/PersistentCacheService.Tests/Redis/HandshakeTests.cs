using System.Globalization;
using EntitlementCache.Redis;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging;
using TestKit;
using TestKit.ScriptedRedisServer;

namespace PersistentCacheService.Tests.Redis;

public sealed class HandshakeTests
{
    private static readonly RedisScript Read = new("read", "return redis.call('GET', KEYS[1])");

    [SkippableFact]
    public async Task Only_commands_that_the_documented_rights_allow_are_sent()
    {
        await using var server = ScriptedRedis.StartPrimary(_ => ScriptedReply.Send("+OK\r\n"));
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server) with { Password = new Secret("pass"), Username = "user", Database = 2 });
        Assert.Equal("AUTH user pass", server.Commands[0].Text);
        Assert.Subset(
            new HashSet<string> { "AUTH", "HELLO", "PING", "INFO", "SELECT", "ROLE" },
            server.Commands.Select(static command => command.Name.ToUpperInvariant()).ToHashSet());
    }

    [SkippableFact]
    public async Task An_auth_without_answer_is_waited_for_alone_until_the_connect_deadline()
    {
        await using var server = ScriptedRedis.Start(_ => ScriptedReply.Silence);
        using var logs = new CapturedLogs();
        await using var client = RedisClients.Start(
            RedisClients.For(server) with { Password = new Secret("pass"), ConnectTimeout = TimeSpan.FromMilliseconds(300) }, logs.Logger<RedisClient>());
        var connections = 0; // When the first attempt ends; the second one follows at once.
        client.StatusChanged += status => _ = status.LastFailure is null ? 0 : Interlocked.CompareExchange(ref connections, server.Accepted, 0);
        await client.FailsWithAsync(RedisFailureKind.ConnectTimeout);
        Assert.Contains("stuck in AUTH", client.Status.LastFailure?.Message, StringComparison.Ordinal);
        await Eventually.HoldsAsync(() => Volatile.Read(ref connections) != 0, "the failure is told");
        Assert.Equal(1, connections);
    }

    [SkippableFact]
    public async Task A_wrong_password_is_reported_without_the_password_and_a_corrected_one_is_accepted_later()
    {
        await using var server = await RedisServer.StartAsync("--requirepass", "right-one");
        using var logs = new CapturedLogs();
        await using var client = RedisClients.Start(RedisClients.For(server) with { Password = new Secret("wrong-one") }, logs.Logger<RedisClient>());
        await client.FailsWithAsync(RedisFailureKind.AuthenticationFailed);
        await logs.WaitForAsync(entry => entry.EventId.Id == 2004, "the password is refused");
        Assert.Contains("REDIS_PASSWORD", logs.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-one", logs + client.Status.ToString(), StringComparison.Ordinal);
        await server.CliAsync("-a", "right-one", "CONFIG", "SET", "requirepass", "wrong-one");
        await client.ReadyAsync();
    }

    [SkippableFact]
    public async Task A_missing_password_is_reported_as_such()
    {
        await using var server = await RedisServer.StartAsync("--requirepass", "secret");
        await using var client = RedisClients.Start(RedisClients.For(server));
        await client.FailsWithAsync(RedisFailureKind.AuthenticationRequired);
    }

    [SkippableFact]
    public async Task A_password_given_to_a_server_that_wants_none_is_an_authentication_error()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = RedisClients.Start(RedisClients.For(server) with { Password = new Secret("secret") });
        await client.FailsWithAsync(RedisFailureKind.AuthenticationFailed);
    }

    [SkippableFact]
    public async Task The_password_file_is_read_at_every_attempt_so_that_rotation_works()
    {
        await using var server = await RedisServer.StartAsync("--requirepass", "old");
        var file = Path.Combine(server.DataDirectory, "password");
        await File.WriteAllTextAsync(file, "old\n");
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server) with { PasswordFile = file });
        await server.CliAsync("-a", "old", "CONFIG", "SET", "requirepass", "new");
        Assert.Equal("PONG", (string?)await client.RunAsync("PING"));
        await File.WriteAllTextAsync(file, "new\n");
        await client.LosesConnectionAsync(() => server.CliAsync("-a", "new", "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"));
        await client.ReadyAsync();
    }

    [SkippableFact]
    public async Task A_password_file_that_is_missing_is_reported_and_waited_for()
    {
        await using var server = await RedisServer.StartAsync();
        var file = Path.Combine(server.DataDirectory, "not-yet-mounted");
        await using var client = RedisClients.Start(RedisClients.For(server) with { PasswordFile = file });
        await client.FailsWithAsync(RedisFailureKind.AuthenticationFailed);
        Assert.Contains("not-yet-mounted", client.Status.LastFailure?.Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, string.Empty);
        await client.ReadyAsync();
    }

    [SkippableFact]
    public async Task An_acl_user_allowed_nothing_but_scripts_and_ping_is_served_and_the_unknown_role_is_told_once()
    {
        await using var server = await RedisServer.StartAsync("--user", "worker", "on", ">pw", "~k*", "+evalsha", "+eval", "+get", "+ping");
        using var logs = new CapturedLogs();
        var options = RedisClients.For(server) with { Username = "worker", Password = new Secret("pw") };
        await using var client = await RedisClients.ConnectAsync(options, logs.Logger<RedisClient>());
        using var allowed = new ScriptCall(Read).AddKey("k");
        using var reply = await client.EvaluateAsync(allowed);
        Assert.True(reply.IsNull);
        await client.LosesConnectionAsync(() => server.CliAsync("CLIENT", "KILL", "USER", "worker"));
        await client.ReadyAsync();
        Assert.Single(logs.WithEvent(2007));

        using var forbidden = new ScriptCall(Read).AddKey("other");
        var refused = await Assert.ThrowsAsync<RedisFailureException>(async () => await client.EvaluateAsync(forbidden));
        Assert.Equal(RedisFailureKind.NoPermission, refused.Kind);
        Assert.Equal(RedisConnectionState.Ready, client.State);
    }

    [SkippableFact]
    public async Task A_deleted_acl_user_is_cut_off_and_a_restored_one_is_served_again()
    {
        await using var server = await RedisServer.StartAsync("--user", "worker", "on", ">pw", "~*", "+@all");
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server) with { Username = "worker", Password = new Secret("pw") });
        await server.CliAsync("ACL", "DELUSER", "worker");
        await client.FailsWithAsync(RedisFailureKind.AuthenticationFailed);
        await server.CliAsync("ACL", "SETUSER", "worker", "on", ">pw", "~*", "+@all");
        await client.ReadyAsync();
    }

    [SkippableTheory]
    [InlineData("+@all")]
    [InlineData("+@all -role")]
    public async Task A_replica_is_never_used_until_it_is_promoted(string permissions)
    {
        await using var primary = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync("--replicaof", "127.0.0.1", primary.Port.ToString(CultureInfo.InvariantCulture));
        await replica.CliAsync(["ACL", "SETUSER", "worker", "on", ">pw", "~*", .. permissions.Split(' ')]);
        using var logs = new CapturedLogs();
        await using var client = RedisClients.Start(RedisClients.For(replica) with { Username = "worker", Password = new Secret("pw") }, logs.Logger<RedisClient>());
        await client.FailsWithAsync(RedisFailureKind.NotPrimary);
        await logs.WaitForAsync(entry => entry.EventId.Id == 2005, "the replica is refused");
        await replica.CliAsync("REPLICAOF", "NO", "ONE");
        await client.ReadyAsync();
        Assert.Equal([2005, 2001], logs.Entries.Where(entry => entry.Level >= LogLevel.Information).Select(entry => entry.EventId.Id));
    }

    [SkippableFact]
    public async Task A_sentinel_is_refused()
    {
        await using var server = ScriptedRedis.Start(command => command.Name == "ROLE"
            ? ScriptedReply.Send("*2\r\n$8\r\nsentinel\r\n*1\r\n$8\r\nmymaster\r\n")
            : ScriptedRedis.AnswerOfPrimary(command)!);
        await using var client = RedisClients.Start(RedisClients.For(server));
        await client.FailsWithAsync(RedisFailureKind.NotPrimary);
        Assert.Contains("a sentinel", client.Status.LastFailure?.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_server_in_cluster_mode_is_refused_with_what_to_do()
    {
        await using var server = await RedisServer.StartAsync("--cluster-enabled", "yes");
        using var logs = new CapturedLogs();
        await using var client = RedisClients.Start(RedisClients.For(server), logs.Logger<RedisClient>());
        await client.FailsWithAsync(RedisFailureKind.ClusterMode);
        var entry = await logs.WaitForAsync(entry => entry.EventId.Id == 2006, "cluster mode is refused");
        Assert.Contains("use a single primary", entry.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_database_is_selected_and_one_that_does_not_exist_is_reported()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server) with { Database = 7 });
        await client.SetAsync("k", "v");
        Assert.Equal("v", await server.CliAsync("-n", "7", "GET", "k"));
        await using var wrong = RedisClients.Start(RedisClients.For(server) with { Database = 99 });
        await wrong.FailsWithAsync(RedisFailureKind.NoSuchDatabase);
        Assert.Contains("Database 99 (REDIS_DB)", wrong.Status.LastFailure?.Message, StringComparison.Ordinal);
        Assert.Contains("REDIS_DB", RedisFailureKind.NoSuchDatabase.Remedy(), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("PING", 0, null)]
    [InlineData("SELECT", 1, null)]
    [InlineData("AUTH", 0, "secret")]
    public async Task A_command_that_was_renamed_away_is_named(string command, int database, string? password)
    {
        await using var server = await RedisServer.StartAsync(["--rename-command", command, "", .. password is null ? Array.Empty<string>() : ["--requirepass", password]]);
        await using var client = RedisClients.Start(RedisClients.For(server) with { Database = database, Password = password is null ? null : new Secret(password) });
        await client.FailsWithAsync(RedisFailureKind.CommandMissing);
        Assert.Contains($"'{command}'", client.Status.LastFailure?.Message, StringComparison.OrdinalIgnoreCase);
    }

    [SkippableTheory]
    [InlineData("EVALSHA", false)]
    [InlineData("EVAL", false)]
    [InlineData("EXISTS", false)]
    [InlineData("MGET", false)]
    [InlineData("SET", false)]
    [InlineData("DEL", true)]
    public async Task A_command_of_the_scripts_that_was_renamed_away_is_named_by_the_gate_and_by_check(string command, bool isForPurgesOnly)
    {
        await using var server = await RedisServer.StartAsync("--rename-command", command, "");
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server));
        foreach (var script in (RedisScript[])[RightsProbe.All, .. isForPurgesOnly ? Array.Empty<RedisScript>() : [RightsProbe.Writing]])
        {
            using var call = new ScriptCall(script).AddKeys("production");
            var failure = await Assert.ThrowsAsync<RedisFailureException>(async () => await client.EvaluateAsync(call));
            Assert.Equal(RedisFailureKind.CommandMissing, failure.Kind);
            Assert.Matches($"['(]{command}[')]", failure.Message);
        }
    }

    [SkippableTheory]
    [InlineData("LOADING Redis is loading the dataset in memory", nameof(RedisFailureKind.Loading))]
    [InlineData("BUSY Redis is busy running a script.", nameof(RedisFailureKind.Busy))]
    [InlineData("MASTERDOWN Link with MASTER is down", nameof(RedisFailureKind.MasterDown))]
    public async Task A_server_that_does_not_execute_anything_yet_is_not_ready(string error, string kind)
    {
        await using var server = ScriptedRedis.Start(command => command.Name == "PING" && command.Connection < 3
            ? ScriptedReply.Error(error)
            : ScriptedRedis.AnswerOfPrimary(command)!);
        await using var client = RedisClients.Start(RedisClients.For(server));
        await client.ReadyAsync();
        Assert.Equal(kind, client.Status.LastFailure?.Kind.ToString());
        Assert.Equal(3, server.Accepted);
    }

    [SkippableFact]
    public async Task A_full_server_is_tried_again_until_there_is_room()
    {
        await using var server = await RedisServer.StartAsync("--maxclients", "1");
        var first = await RedisClients.ConnectAsync(RedisClients.For(server));
        await using var second = RedisClients.Start(RedisClients.For(server));
        await second.FailsWithAsync(RedisFailureKind.MaxClients);
        await first.DisposeAsync();
        await second.ReadyAsync();
    }

    [SkippableFact]
    public async Task A_refusal_sent_before_any_question_is_understood()
    {
        await using var server = ScriptedRedis.Start(
            command => ScriptedRedis.AnswerOfPrimary(command)!,
            connection => connection == 1 ? ScriptedReply.Error("ERR max number of clients reached").ThenClose() : ScriptedReply.Silence);
        await using var client = RedisClients.Start(RedisClients.For(server));
        await client.ReadyAsync();
        Assert.Contains(client.Status.LastFailure!.Kind, new[] { RedisFailureKind.MaxClients, RedisFailureKind.ConnectionLost });
    }
}
