using System.Globalization;
using TestKit;
using TestKit.Processes;

namespace Demo.Tests;

/// <summary>What <c>make demo</c> runs once everything is built.</summary>
public sealed class DemoTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    [SkippableFact]
    public async Task Every_expectation_holds_and_nothing_is_left_behind()
    {
        Prerequisite.RedisServer.Demand();
        await using var demo = await StartAsync();

        var exitCode = await demo.WaitForExitAsync(Deadline);

        Assert.True(exitCode == 0, demo.Describe($"ended with exit code {exitCode}"));
        Assert.Contains(demo.Output, static line => line.EndsWith("expectations hold.", StringComparison.Ordinal));
        Assert.DoesNotContain(demo.Output, static line => line.Contains('✗'));
        AssertGone(demo.Output);
    }

    [SkippableFact]
    public async Task Kept_running_it_takes_more_messages_the_way_it_prints_and_ends_with_an_interrupt()
    {
        Prerequisite.RedisServer.Demand();
        Prerequisite.Program("curl", "apt-get install curl").Demand();
        await using var demo = await StartAsync(("KEEP", "1"));
        var send = await demo.WaitForLineAsync(static line => line.Contains("/push?", StringComparison.Ordinal), "how to send more", Deadline);
        var look = await demo.WaitForLineAsync(static line => line.Contains("redis-cli", StringComparison.Ordinal) && line.Contains(" get ", StringComparison.Ordinal), "how to look");

        await ChildProcess.RunAsync(new ChildProcessSpec("bash", "-c", send));

        await Eventually.HoldsAsync(
            async () => string.Concat(await ChildProcess.RunAsync(new ChildProcessSpec("bash", "-c", look))).Contains("777", StringComparison.Ordinal),
            "the usage sent with curl is in Redis");
        demo.Send(Signal.Interrupt);
        Assert.Equal(0, await demo.WaitForExitAsync(Deadline));
        AssertGone(demo.Output);
    }

    [Fact]
    public async Task Without_redis_server_it_runs_on_Garnet_and_says_so()
    {
        await using var demo = await StartAsync(("PATH", "/nowhere"));

        var exitCode = await demo.WaitForExitAsync(Deadline);

        Assert.True(exitCode == 0, demo.Describe($"ended with exit code {exitCode}"));
        Assert.Contains(demo.Output, static line => line.StartsWith("Garnet ", StringComparison.Ordinal) && line.Contains("redis-server is missing", StringComparison.Ordinal));
        Assert.DoesNotContain(demo.Output, static line => line.Contains('✗'));
        AssertGone(demo.Output);
    }

    /// <summary>With interrupts heeded: a shell that starts a build in the background makes all that it starts ignore them.</summary>
    private static Task<ChildProcess> StartAsync(params (string Name, string Value)[] environment) =>
        ChildProcess.StartAsync(new ChildProcessSpec("/usr/bin/env", "--default-signal=INT", Path.Combine(AppContext.BaseDirectory, "demo"))
        {
            Environment = environment.ToDictionary(static variable => variable.Name, static variable => (string?)variable.Value),
        });

    /// <summary>The worker is named with its process id in the list of what runs.</summary>
    private static void AssertGone(IEnumerable<string> output)
    {
        var worker = output.First(static line => line.StartsWith("the worker", StringComparison.Ordinal));
        var id = int.Parse(worker.Split("process ")[1].Split(',')[0], CultureInfo.InvariantCulture);
        Assert.False(Directory.Exists($"/proc/{id}"), $"The worker still runs as process {id}.");
    }
}
