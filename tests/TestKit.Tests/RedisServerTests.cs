using System.Net.Sockets;
using TestKit.Processes;

namespace TestKit.Tests;

public sealed class RedisServerTests
{
    [SkippableFact]
    public async Task A_started_server_answers_and_starts_empty_after_a_kill()
    {
        await using var redis = await RedisServer.StartAsync();
        var port = redis.Port;
        Assert.Equal("OK", await redis.CliAsync("SET", "key", "value"));

        await redis.RestartAsync();

        Assert.Equal(port, redis.Port);
        Assert.Equal("", await redis.CliAsync("GET", "key"));
    }

    [SkippableFact]
    public async Task A_server_with_an_append_only_file_keeps_its_data_over_a_kill()
    {
        await using var redis = await RedisServer.StartAsync("--appendonly", "yes", "--appendfsync", "always");
        await redis.CliAsync("SET", "key", "value");

        await redis.RestartAsync();

        Assert.Equal("value", await redis.CliAsync("GET", "key"));
    }

    [SkippableFact]
    public async Task A_refused_argument_shows_the_servers_own_message()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => RedisServer.StartAsync("--no-such-option", "1"));

        Assert.Contains("no-such-option", exception.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_disposed_server_leaves_nothing_behind()
    {
        var redis = await RedisServer.StartAsync();
        await redis.DisposeAsync();

        Assert.False(Directory.Exists(redis.DataDirectory));
        using var client = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync(redis.Host, redis.Port));
    }

    [SkippableFact]
    public async Task A_stopped_server_keeps_its_socket_open_and_answers_when_continued()
    {
        await using var redis = await RedisServer.StartAsync();
        redis.Send(Signal.Stop);

        var answer = redis.CliAsync("PING");
        Assert.False(answer.IsCompleted);
        redis.Send(Signal.Continue);

        Assert.Equal("PONG", await answer);
    }
}
