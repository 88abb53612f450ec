using System.Globalization;
using EntitlementCache.Redis;
using EntitlementCache.Redis.Sentinels;
using EntitlementCache.Settings;
using TestKit;
using TestKit.ScriptedRedisServer;

namespace PersistentCacheService.Tests.Redis.Sentinels;

/// <summary>Sentinels that say what the test wants, before real servers; three real ones are in the fault tests.</summary>
public sealed class SentinelTests : IDisposable
{
    private readonly CapturedLogs _logs = new();
    private volatile RedisServer? _named;

    public void Dispose() => _logs.Dispose();

    [SkippableFact]
    public async Task The_primary_is_where_the_sentinels_say()
    {
        await using var server = await RedisServer.StartAsync();
        _named = server;
        await using var sentinel = StartSentinel();
        await using var client = await RedisClients.ConnectAsync(Settings(sentinel), _logs.Logger<RedisClient>());
        await client.SetAsync("k", "v");
        Assert.Equal("v", await server.CliAsync("GET", "k"));
        Assert.Equal("SENTINEL GET-MASTER-ADDR-BY-NAME cache", Assert.Single(sentinel.Commands.Take(1)).Text);
        Assert.Contains($"1 of 1 sentinels name 127.0.0.1:{server.Port} as the primary of cache", _logs.ToString(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_primary_that_is_replaced_while_it_lives_is_left()
    {
        await using var first = await RedisServer.StartAsync();
        await using var second = await RedisServer.StartAsync();
        _named = first;
        await using var sentinel = StartSentinel();
        await using var client = await RedisClients.ConnectAsync(Settings(sentinel));
        var failures = client.Failures();
        await client.SetAsync("k", "1");
        _named = second;
        await Eventually.HoldsAsync(async () => client.State == RedisConnectionState.Ready && await WroteAsync(client, second), "writes reach the new primary");
        Assert.Contains(RedisFailureKind.NotPrimary, failures);
        Assert.Contains("in place of", client.Status.LastFailure!.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_minority_of_the_sentinels_moves_nothing()
    {
        await using var server = await RedisServer.StartAsync();
        await using var other = await RedisServer.StartAsync();
        _named = server;
        await using var one = StartSentinel();
        await using var two = StartSentinel();
        await using var stray = StartSentinel(() => other);
        await using var client = await RedisClients.ConnectAsync(Settings(stray, one, two), _logs.Logger<RedisClient>());
        await client.SetAsync("k", "v");
        var asked = one.Commands.Count;
        await Eventually.HoldsAsync(() => one.Commands.Count >= asked + 2, "the sentinels are asked again");
        Assert.Equal(RedisConnectionState.Ready, client.State);
        Assert.Equal("v", await server.CliAsync("GET", "k"));
        Assert.Equal("", await other.CliAsync("GET", "k"));
    }

    [SkippableFact]
    public async Task A_sentinel_is_asked_again_and_again_over_one_connection()
    {
        await using var server = await RedisServer.StartAsync();
        _named = server;
        await using var sentinel = StartSentinel();
        await using var client = await RedisClients.ConnectAsync(Settings(sentinel));
        var asked = sentinel.Commands.Count;
        await Eventually.HoldsAsync(() => sentinel.Commands.Count >= asked + 3, "the sentinel is asked again");

        // One for the attempt to connect, one for the watch.
        Assert.Equal(2, sentinel.Accepted);
    }

    [Fact]
    public async Task A_sentinel_that_fails_is_connected_to_again_after_a_pause_that_grows()
    {
        var answers = new Queue<ScriptedReply>([Named("10.0.0.1", 6379), ScriptedReply.Close, ScriptedReply.Close, Named("10.0.0.2", 6379), Named("10.0.0.2", 6379)]);
        await using var server = ScriptedRedis.Start(_ => answers.Dequeue());
        var time = new ManualTimeProvider();
        var settings = Settings(server);
        await using var sentinel = new Sentinel(Of(server), settings.Sentinel!, settings, time);
        Assert.Equal("10.0.0.1:6379", (await sentinel.AskAsync(CancellationToken.None)).Primary.ToString());
        var failed = await sentinel.AskAsync(CancellationToken.None);
        Assert.Contains("The connection ended before the answer", failed.Problem!.Message, StringComparison.Ordinal);
        Assert.Same(failed, await sentinel.AskAsync(CancellationToken.None));
        Assert.Equal(1, server.Accepted);

        time.Advance(TimeSpan.FromSeconds(1));
        failed = await sentinel.AskAsync(CancellationToken.None);
        Assert.NotNull(failed.Problem);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(failed, await sentinel.AskAsync(CancellationToken.None));
        Assert.Equal(2, server.Accepted);

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("10.0.0.2:6379", (await sentinel.AskAsync(CancellationToken.None)).Primary.ToString());
        Assert.Equal("10.0.0.2:6379", (await sentinel.AskAsync(CancellationToken.None)).Primary.ToString());
        Assert.Equal(3, server.Accepted);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65_536)]
    public async Task A_primary_at_a_port_that_none_can_have_is_no_answer(int port)
    {
        await using var server = ScriptedRedis.Start(_ => Named("10.0.0.1", port));
        var settings = Settings(server);
        await using var sentinel = new Sentinel(Of(server), settings.Sentinel!, settings, TimeProvider.System);
        Assert.Equal(RedisFailureKind.ProtocolViolation, (await sentinel.AskAsync(CancellationToken.None)).Problem?.Kind);
    }

    [SkippableFact]
    public async Task A_replica_that_the_sentinels_name_is_not_written_to()
    {
        await using var primary = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync("--replicaof", $"127.0.0.1 {primary.Port.ToString(CultureInfo.InvariantCulture)}");
        _named = replica;
        await using var sentinel = StartSentinel();
        await using var client = RedisClients.Start(Settings(sentinel), _logs.Logger<RedisClient>());
        await _logs.WaitForAsync(static entry => entry.EventId.Id == 2005, "the replica is refused");
        _named = primary;
        await client.ReadyAsync();
    }

    [SkippableFact]
    public async Task Sentinels_that_are_away_or_silent_hold_nothing_up_while_one_answers()
    {
        await using var server = await RedisServer.StartAsync();
        _named = server;
        await using var silent = ScriptedRedis.Start(static _ => ScriptedReply.Silence);
        await using var sentinel = StartSentinel();
        var settings = Settings(silent, sentinel) with { ConnectTimeout = TimeSpan.FromSeconds(2) };
        await using var client = await RedisClients.ConnectAsync(
            settings with { Sentinel = new SentinelSettings([new HostAndPort("127.0.0.1", FreePort.Next()), .. settings.Sentinel!.Sentinels], "cache") });
        await client.SetAsync("k", "v");
    }

    [SkippableFact]
    public async Task Each_sentinels_reason_is_told_when_none_names_a_primary()
    {
        await using var forgetful = ScriptedRedis.Start(static _ => ScriptedReply.Send("*-1\r\n"));
        await using var plain = await RedisServer.StartAsync();
        await using var locked = ScriptedRedis.Start(static _ => ScriptedReply.Error("NOAUTH Authentication required."));
        await using var babbling = ScriptedRedis.Start(static _ => ScriptedReply.Send("HTTP/1.1 400 Bad Request\r\n"));
        var away = new HostAndPort("127.0.0.1", FreePort.Next());
        await using var client = RedisClients.Start(new RedisSettings
        {
            Host = "unused",
            Port = 1,
            Sentinel = new SentinelSettings([Of(forgetful), new HostAndPort(plain.Host, plain.Port), Of(locked), Of(babbling), away], "cache"),
        });
        await client.FailsWithAsync(RedisFailureKind.NoPrimaryKnown);
        var message = client.Status.LastFailure!.Message;
        Assert.Contains($"{Of(forgetful)} knows no primary named cache", message, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{plain.Port} is no sentinel", message, StringComparison.Ordinal);
        Assert.Contains($"{Of(locked)} SENTINEL was answered with an error: NOAUTH", message, StringComparison.Ordinal);
        Assert.Contains($"{Of(babbling)} The reply to SENTINEL is none that a sentinel gives", message, StringComparison.Ordinal);
        Assert.Contains($"{away} accepts no connection", message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Sentinels_get_their_own_user_and_password_and_never_the_one_of_Redis()
    {
        await using var server = await RedisServer.StartAsync("--requirepass", "of-redis");
        _named = server;
        await using var sentinel = ScriptedRedis.Start(command => command.Name == "AUTH" ? ScriptedReply.Send("+OK\r\n") : Name(server));
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "of-sentinel\n");
            var settings = Settings(sentinel) with { Password = new Secret("of-redis") };
            await using var client = await RedisClients.ConnectAsync(settings with { Sentinel = settings.Sentinel! with { Username = "watcher", PasswordFile = file } });
            Assert.Equal("AUTH watcher of-sentinel", sentinel.Commands[0].Text);
            Assert.DoesNotContain(sentinel.Commands, static command => command.Text.Contains("of-redis", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [SkippableFact]
    public async Task A_real_sentinel_that_demands_client_certificates_is_asked_with_one_over_TLS()
    {
        using var authority = TestCertificates.Create();
        var (certificate, port) = (authority.Valid(), FreePort.Next());
        await using var primary = await RedisServer.StartAsync();
        await using var sentinel = Assert.Single(await SentinelServer.StartAsync(
            primary, count: 1, replicas: 0,
            $"tls-port {port.ToString(CultureInfo.InvariantCulture)}", "tls-auth-clients yes", $"tls-ca-cert-file {authority.AuthorityFile}",
            $"tls-cert-file {certificate.CertificateFile}", $"tls-key-file {certificate.KeyFile}"));
        var settings = new RedisSettings { Host = "unused", Port = 1, Tls = true, TlsCaFile = authority.AuthorityFile };
        var group = new SentinelSettings([new HostAndPort(sentinel.Host, port)], SentinelServer.Master);

        await using var known = new SentinelGroup(group, settings with { TlsCertFile = certificate.CertificateFile, TlsKeyFile = certificate.KeyFile }, TimeProvider.System);
        await using var stranger = new SentinelGroup(group, settings, TimeProvider.System);
        var named = await known.FindPrimaryAsync(CancellationToken.None);
        var refusal = Assert.Single(await stranger.AskAllAsync(CancellationToken.None)).Problem;

        Assert.Equal(new NamedPrimary(new HostAndPort(primary.Host, primary.Port), Votes: 1, Sentinels: 1), named);
        Assert.Contains("demands a client certificate", refusal!.Message, StringComparison.Ordinal);
    }

    private ScriptedRedis StartSentinel(Func<RedisServer>? named = null) => ScriptedRedis.Start(_ => Name(named is null ? _named! : named()));

    private static ScriptedReply Name(RedisServer server) => Named(server.Host, server.Port);

    private static ScriptedReply Named(string host, int number)
    {
        var port = number.ToString(CultureInfo.InvariantCulture);
        return ScriptedReply.Send(string.Create(CultureInfo.InvariantCulture, $"*2\r\n${host.Length}\r\n{host}\r\n${port.Length}\r\n{port}\r\n"));
    }

    private static HostAndPort Of(ScriptedRedis server) => new(server.Host, server.Port);

    private static RedisSettings Settings(params ScriptedRedis[] sentinels) =>
        new() { Host = "unused", Port = 1, Sentinel = new SentinelSettings([.. sentinels.Select(Of)], "cache") };

    private static async Task<bool> WroteAsync(RedisClient client, RedisServer server)
    {
        try
        {
            await client.SetAsync("k", "2");
        }
        catch (RedisFailureException)
        {
            // On the way to the other one.
        }

        return await server.CliAsync("GET", "k") == "2";
    }
}
