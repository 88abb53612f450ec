using TestKit.Processes;

namespace PersistentCacheService.Sentry.Tests;

public sealed class UnhandledExceptionsTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task An_exception_that_ends_the_process_is_delivered_before_it_ends()
    {
        await using var server = await IngestServer.StartAsync();

        var exitCode = await RunAsync("crash", server.Dsn);

        var received = Assert.Single(server.Received).Event;
        Assert.NotEqual(0, exitCode);
        Assert.Equal("fatal", received.GetProperty("level").GetString());
        var exception = received.GetProperty("exception").GetProperty("values")[0];
        Assert.Equal("nobody caught this", exception.GetProperty("value").GetString());
        Assert.False(exception.GetProperty("mechanism").GetProperty("handled").GetBoolean());
    }

    [Fact]
    public async Task A_crash_does_not_wait_for_a_hung_Sentry()
    {
        await using var server = await IngestServer.StartAsync();
        server.Hang();

        var exitCode = await RunAsync("crash", server.Dsn);

        Assert.Single(server.Received);
        Assert.NotEqual(0, exitCode);
    }

    [Fact]
    public async Task An_exception_of_a_task_nobody_awaited_is_an_error_and_the_process_goes_on()
    {
        await using var server = await IngestServer.StartAsync();

        var exitCode = await RunAsync("unobserved", server.Dsn);

        var received = Assert.Single(server.Received).Event;
        Assert.Equal(0, exitCode);
        Assert.Equal("error", received.GetProperty("level").GetString());
        Assert.Equal(
            ["InvalidOperationException", "AggregateException"],
            received.GetProperty("exception").GetProperty("values").EnumerateArray().Select(value => value.GetProperty("type").GetString()));
    }

    private static async Task<int> RunAsync(string mode, string dsn)
    {
        var assembly = typeof(UnhandledExceptionsTests).Assembly.Location;
        await using var process = await ChildProcess.StartAsync(new ChildProcessSpec("dotnet", "exec", assembly, mode, dsn));
        return await process.WaitForExitAsync(Deadline);
    }
}
