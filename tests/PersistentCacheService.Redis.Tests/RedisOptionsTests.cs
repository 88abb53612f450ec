namespace PersistentCacheService.Redis.Tests;

public sealed class RedisOptionsTests
{
    [Fact]
    public void Options_as_text_name_the_server_and_no_secret()
    {
        var text = new RedisOptions { Host = "cache.example", Username = "ursula", Password = "hunter2", Tls = true, Database = 3 }.ToString();
        Assert.Contains("cache.example:6379 db 3 tls", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        Assert.DoesNotContain("ursula", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2.5, 5)]
    [InlineData(4, 5)]
    [InlineData(5, 5)]
    [InlineData(10, 10)]
    public void Silence_may_last_twice_the_command_timeout_but_not_above_5_s_unless_the_timeout_itself_is(double timeout, double limit) =>
        Assert.Equal(TimeSpan.FromSeconds(limit), new RedisOptions { CommandTimeout = TimeSpan.FromSeconds(timeout) }.SilenceLimit);

    public static TheoryData<RedisOptions> Impossible { get; } =
    [
        new RedisOptions { Host = "" },
        new RedisOptions { Port = 0 },
        new RedisOptions { Port = 65536 },
        new RedisOptions { Database = -1 },
        new RedisOptions { Password = "a", PasswordFile = "b" },
        new RedisOptions { CommandTimeout = TimeSpan.Zero },
        new RedisOptions { ConnectTimeout = TimeSpan.Zero },
        new RedisOptions { IdlePingInterval = TimeSpan.Zero },
        new RedisOptions { DrainTimeout = TimeSpan.FromTicks(-1) },
        new RedisOptions { MaxInFlightCommands = 0 },
        new RedisOptions { MaxInFlightBytes = 0 },
        new RedisOptions { MaxQueuedCommands = 0 },
        new RedisOptions { MaxReplyElements = 0 },
        new RedisOptions { MaxReplyBulkLength = 0 },
    ];

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Values_that_cannot_work_are_refused_when_the_client_is_made(RedisOptions options) =>
        Assert.Throws<ArgumentException>(() => RedisClients.Start(options));
}
