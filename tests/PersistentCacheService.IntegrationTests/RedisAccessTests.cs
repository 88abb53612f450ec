using System.Globalization;
using EntitlementCache.Hosting;
using TestKit;
using TestKit.Credentials;
using TestKit.Iam;
using TestKit.Messages;
using TestKit.ScriptedRedisServer;

namespace PersistentCacheService.IntegrationTests;

/// <summary>The executable as it ships, with Redis reached by IAM tokens, sentinels and client certificates.</summary>
public sealed class RedisAccessTests : IAsyncLifetime
{
    private static readonly TestKeys Keys = TestKeys.Number(1);

    private readonly CommandWorld _world = new();

    public Task InitializeAsync() => _world.InitializeAsync();

    public Task DisposeAsync() => _world.DisposeAsync();

    [SkippableFact]
    public async Task Worker_and_commands_sign_tokens_with_the_credentials_of_the_environment()
    {
        await using var redis = await IamRedis.StartAsync(new IamTokenCheck("cache-user", "my-cache", "elasticache", "eu-west-1"), Keys);
        var environment = Iam(redis);
        await using (var worker = await WorkerProcess.StartAsync(environment))
        {
            await worker.WaitUntilReadyAsync();
            _world.Sqs.Queue("main").Enqueue(new MessageGenerator { Customers = 1 }.Generate(1, prime: true).Single().Body());
            await worker.WaitAsync(() => Task.FromResult(_world.Sqs.Queue("main").Counts.Total == 0), "the message is applied");
            Assert.DoesNotContain("X-Amz-Signature", worker.Printed, StringComparison.Ordinal);
        }

        var inspect = await WorkerProcess.RunAsync(environment, "inspect", MessageGenerator.CustomerId(0));
        Assert.True(inspect.ExitCode == ExitCodes.Stopped, inspect.Printed);
        var purge = await WorkerProcess.RunAsync(environment, "purge", MessageGenerator.CustomerId(0));
        Assert.True(purge.ExitCode == ExitCodes.Stopped, purge.Printed);
        var check = await WorkerProcess.RunAsync(environment, "check");
        Assert.True(check.ExitCode == ExitCodes.Stopped, check.Printed);
        Assert.True(redis.Tokens.Count >= 4, "each process signs a token of its own");
    }

    [SkippableFact]
    public async Task A_denied_token_and_missing_credentials_are_one_clear_line_of_check()
    {
        await using var redis = await IamRedis.StartAsync(new IamTokenCheck("cache-user", "my-cache", "elasticache", "eu-west-1"), Keys);
        redis.IsDenied = true;
        var denied = await WorkerProcess.RunAsync(Iam(redis), "check");
        Assert.Equal(ExitCodes.WrongConfiguration, denied.ExitCode);
        var line = Assert.Single(Lines(denied), static line => line.StartsWith("FAIL", StringComparison.Ordinal));
        Assert.Contains("WRONGPASS", line, StringComparison.Ordinal);
        Assert.Contains("for the user cache-user of elasticache my-cache in eu-west-1. Remedy: check this machine's clock", line, StringComparison.Ordinal);

        var without = await WorkerProcess.RunAsync(
            Iam(redis).With(("AWS_ACCESS_KEY_ID", null), ("AWS_SECRET_ACCESS_KEY", null), ("AWS_SESSION_TOKEN", null), ("AWS_EC2_METADATA_DISABLED", "true")), "inspect", "customer-1");
        Assert.Equal(ExitCodes.Unavailable, without.ExitCode);
        Assert.Contains("No AWS credentials to sign the IAM token with", without.Printed, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task IAM_without_TLS_is_a_wrong_configuration()
    {
        var run = await WorkerProcess.RunAsync(
            _world.Environment().With(("REDIS_AUTH", "iam"), ("REDIS_USERNAME", "cache-user"), ("REDIS_IAM_CLUSTER", "my-cache"), ("REDIS_IAM_REGION", "eu-west-1")), "check");
        Assert.Equal(ExitCodes.WrongConfiguration, run.ExitCode);
        Assert.Contains("REDIS_AUTH is iam but REDIS_TLS is off", run.Printed, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Check_tells_what_each_sentinel_says()
    {
        await using var one = ScriptedRedis.Start(_ => Name());
        await using var two = ScriptedRedis.Start(_ => Name());
        var away = FreePort.Next();
        var run = await WorkerProcess.RunAsync(Behind($"127.0.0.1:{one.Port},127.0.0.1:{two.Port},127.0.0.1:{away}"), "check");
        Assert.True(run.ExitCode == ExitCodes.Stopped, run.Printed);
        Assert.Contains(Lines(run), line => line.StartsWith($"ok    sentinel      127.0.0.1:{one.Port} names 127.0.0.1:{_world.Redis.Port} as the primary of cache", StringComparison.Ordinal));
        Assert.Contains(Lines(run), line => line.StartsWith($"warn  sentinel      127.0.0.1:{away} ", StringComparison.Ordinal));
        Assert.Contains(Lines(run), static line => line.StartsWith("ok    redis ", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Check_fails_when_the_sentinels_know_no_primary_of_that_name()
    {
        await using var sentinel = ScriptedRedis.Start(static _ => ScriptedReply.Send("*-1\r\n"));
        var run = await WorkerProcess.RunAsync(Behind($"127.0.0.1:{sentinel.Port}"), "check");
        Assert.True(run.ExitCode == ExitCodes.WrongConfiguration, run.Printed);
        Assert.Contains(Lines(run), static line => line.StartsWith("FAIL  sentinel ", StringComparison.Ordinal) && line.Contains("knows no primary named cache", StringComparison.Ordinal));
    }

    private ScriptedReply Name()
    {
        var port = _world.Redis.Port.ToString(CultureInfo.InvariantCulture);
        return ScriptedReply.Send($"*2\r\n$9\r\n127.0.0.1\r\n${port.Length.ToString(CultureInfo.InvariantCulture)}\r\n{port}\r\n");
    }

    private Dictionary<string, string?> Behind(string sentinels) =>
        _world.Environment().With(("REDIS_HOST", null), ("REDIS_PORT", null), ("REDIS_SENTINELS", sentinels), ("REDIS_SENTINEL_MASTER", "cache"), ("REDIS_CONNECT_TIMEOUT_IN_MS", "20000"));

    private Dictionary<string, string?> Iam(IamRedis redis) => _world.Environment().With(
        ("REDIS_HOST", redis.Host), ("REDIS_PORT", redis.Port.ToString(CultureInfo.InvariantCulture)), ("REDIS_TLS", "1"), ("REDIS_TLS_CA_FILE", redis.AuthorityFile),
        ("REDIS_AUTH", "iam"), ("REDIS_USERNAME", "cache-user"), ("REDIS_IAM_CLUSTER", "my-cache"), ("REDIS_IAM_REGION", "eu-west-1"), ("CACHE_UPDATE_POLICY", "UPSERT"),
        ("AWS_ACCESS_KEY_ID", Keys.AccessKey), ("AWS_SECRET_ACCESS_KEY", Keys.SecretKey), ("AWS_SESSION_TOKEN", Keys.Token));

    private static string[] Lines(FinishedProcess run) => run.Printed.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
