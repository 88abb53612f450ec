using Amazon.Runtime;
using EntitlementCache.Redis;
using EntitlementCache.Redis.Access;
using EntitlementCache.Settings;
using TestKit;
using TestKit.Credentials;
using TestKit.Iam;

namespace PersistentCacheService.Tests.Redis.Access;

public sealed class IamLoginTests : IDisposable
{
    private static readonly TestKeys Keys = TestKeys.Number(7);
    private static readonly IamTokenCheck Check = new("cache-user", "my-cache", "elasticache", "eu-west-1");

    private readonly CapturedLogs _logs = new();
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _logs.Dispose();

    [SkippableTheory]
    [InlineData("elasticache", false)]
    [InlineData("elasticache", true)]
    [InlineData("memorydb", false)]
    public async Task A_token_is_the_password(string service, bool isServerless)
    {
        await using var redis = await IamRedis.StartAsync(Check with { Service = service, IsServerless = isServerless }, Keys, _time);
        await using var client = Start(redis, settings => settings with { Iam = settings.Iam! with { Service = service, IsServerless = isServerless } });
        await client.ReadyAsync();
        await client.SetAsync("k", "v");
        Assert.Contains("user=cache-user", await redis.Server.CliAsync("CLIENT", "LIST"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Every_connect_has_a_new_token()
    {
        await using var redis = await IamRedis.StartAsync(Check, Keys, _time);
        await using var client = Start(redis);
        await client.ReadyAsync();
        _time.Advance(IamTokens.Lifetime * 2);
        redis.DropConnections();
        await ReconnectedAsync(client);
        Assert.Equal(2, redis.Tokens.Distinct().Count());
    }

    [SkippableFact]
    public async Task A_live_connection_proves_itself_anew_long_before_the_12_hours_end()
    {
        await using var redis = await IamRedis.StartAsync(Check, Keys, _time);
        await using var client = Start(redis);
        await client.ReadyAsync();
        var atConnect = redis.Tokens.Count;
        for (var renewals = 1; renewals <= 3; renewals++)
        {
            await RenewalComesAsync(LoginRenewal.Interval);
            var expected = renewals;
            await Eventually.HoldsAsync(() => _logs.WithEvent(1702).Count == expected, "the login is renewed");
        }

        Assert.Equal(atConnect + 3, redis.Tokens.Count);
        Assert.Equal(4, redis.Tokens.Distinct().Count());
        Assert.Single(_logs.WithEvent(2001));
        await client.SetAsync("k", "v");
        Assert.True(LoginRenewal.Interval * 2 <= TimeSpan.FromHours(12));
    }

    [SkippableFact]
    public async Task A_renewal_that_is_refused_costs_no_connection_and_is_tried_again()
    {
        await using var redis = await IamRedis.StartAsync(Check, Keys, _time);
        await using var client = Start(redis);
        await client.ReadyAsync();
        redis.IsDenied = true;
        await RenewalComesAsync(LoginRenewal.Interval);
        var entry = await _logs.WaitForAsync(static entry => entry.EventId.Id == 1703, "the renewal is refused");
        Assert.Contains("WRONGPASS", entry.Message, StringComparison.Ordinal);
        Assert.Contains("my-cache", entry.Message, StringComparison.Ordinal);
        await client.SetAsync("k", "v");
        redis.IsDenied = false;
        await RenewalComesAsync(TimeSpan.FromMinutes(1));
        await _logs.WaitForAsync(static entry => entry.EventId.Id == 1702, "the login is renewed after all");
        Assert.Single(_logs.WithEvent(2001));
    }

    [SkippableFact]
    public async Task A_renewal_that_breaks_down_costs_the_connection_and_the_next_one_is_renewed_again()
    {
        var clock = new OddClock(_time);
        await using var redis = await IamRedis.StartAsync(Check, Keys, _time);
        await using var client = Start(redis, time: clock);
        await client.ReadyAsync();
        clock.FailDates(1);
        await RenewalComesAsync(LoginRenewal.Interval);
        await ReconnectedAsync(client);
        Assert.Contains("The renewal of its login failed unexpectedly: NotSupportedException: no date", Assert.Single(_logs.WithEvent(2002)).Message, StringComparison.Ordinal);
        Assert.Single(_logs.WithEvent(2010));
        await RenewalComesAsync(LoginRenewal.Interval);
        await _logs.WaitForAsync(static entry => entry.EventId.Id == 1702, "the new connection's login is renewed");
    }

    [SkippableFact]
    public async Task A_wrong_clock_is_told_with_its_time_and_a_right_one_ends_the_trouble()
    {
        var aws = new ManualTimeProvider(ManualTimeProvider.DefaultStart.AddMinutes(40));
        await using var redis = await IamRedis.StartAsync(Check, Keys, aws);
        await using var client = Start(redis);
        var entry = await _logs.WaitForAsync(static entry => entry.EventId.Id == 1701, "the token is refused");
        Assert.Contains("signed at 2026-01-01T00:0", entry.Message, StringComparison.Ordinal);
        Assert.Contains("check this machine's clock", entry.Message, StringComparison.Ordinal);
        Assert.Equal(RedisFailureKind.TokenRefused, client.Status.LastFailure!.Kind);
        Assert.DoesNotContain("X-Amz-Signature", _logs.ToString(), StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromMinutes(40));
        await ReadyWhileTimePassesAsync(client);
    }

    [SkippableTheory]
    [InlineData("another-user", "my-cache", "eu-west-1")]
    [InlineData("cache-user", "another-cache", "eu-west-1")]
    [InlineData("cache-user", "my-cache", "us-east-1")]
    public async Task What_the_token_is_for_is_told_when_it_is_refused(string user, string cluster, string region)
    {
        await using var redis = await IamRedis.StartAsync(Check, Keys, _time);
        await using var client = Start(redis, settings => settings with { Username = user, Iam = new RedisIamSettings("elasticache", false, cluster, region) });
        await client.FailsWithAsync(RedisFailureKind.TokenRefused);
        Assert.Contains($"for the user {user} of elasticache {cluster} in {region}", client.Status.LastFailure!.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Missing_credentials_are_told_with_their_reason()
    {
        await using var redis = await IamRedis.StartAsync(Check, Keys, _time);
        await using var client = Start(redis, credentials: static _ => throw new AmazonClientException("Failed to resolve AWS credentials."));
        await client.FailsWithAsync(RedisFailureKind.CredentialsUnavailable);
        Assert.Contains("No AWS credentials to sign the IAM token with: Failed to resolve", client.Status.LastFailure!.Message, StringComparison.Ordinal);
        Assert.Empty(redis.Tokens);
    }

    [SkippableFact]
    public async Task Credentials_that_do_not_come_cost_the_deadline_of_a_connect_and_are_named()
    {
        await using var redis = await IamRedis.StartAsync(Check, Keys, _time);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var client = Start(redis, credentials: async cancellationToken =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return null!;
        });
        await asked.Task;
        _time.Advance(TimeSpan.FromSeconds(5));
        await client.FailsWithAsync(RedisFailureKind.ConnectTimeout);
        Assert.Contains("stuck in AWS credentials from ", client.Status.LastFailure!.Message, StringComparison.Ordinal);
    }

    private RedisClient Start(
        IamRedis redis, Func<RedisSettings, RedisSettings>? change = null, Func<CancellationToken, Task<ImmutableCredentials>>? credentials = null,
        TimeProvider? time = null)
    {
        var settings = new RedisSettings
        {
            Host = redis.Host,
            Port = redis.Port,
            Tls = true,
            TlsCaFile = redis.AuthorityFile,
            Username = Check.User,
            Iam = new RedisIamSettings(Check.Service, IsServerless: false, Check.Cluster, Check.Region),
        };
        var client = new RedisClient(
            change is null ? settings : change(settings), time ?? _time, static () => 0.5, _logs.Logger<RedisClient>(),
            awsCredentials: credentials ?? (static _ => Task.FromResult(new ImmutableCredentials(Keys.AccessKey, Keys.SecretKey, Keys.Token))));
        client.Start();
        return client;
    }

    /// <summary>Waits until a renewal is planned, and lets its moment come. Everything else that is planned is at most seconds away.</summary>
    private async Task RenewalComesAsync(TimeSpan pause)
    {
        await Eventually.HoldsAsync(() => _time.UntilLastTimer == pause, "the next renewal is planned");
        _time.Advance(pause);
    }

    private async Task ReconnectedAsync(RedisClient client)
    {
        await client.LeavesReadyAsync();
        await ReadyWhileTimePassesAsync(client);
    }

    private Task ReadyWhileTimePassesAsync(RedisClient client) => Eventually.HoldsAsync(
        () =>
        {
            // Not during an attempt: its deadline would pass.
            if (client.State == RedisConnectionState.Disconnected)
            {
                _time.Advance(TimeSpan.FromSeconds(5));
            }

            return client.State == RedisConnectionState.Ready;
        },
        "the client is ready again");
}
