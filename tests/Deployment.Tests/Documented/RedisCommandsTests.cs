using System.Globalization;
using TestKit;
using TestKit.Processes;

namespace Deployment.Tests.Documented;

/// <summary>The redis-cli commands of the runbooks, on a real Redis.</summary>
public sealed class RedisCommandsTests : IAsyncLifetime
{
    private const string Prefix = "production";

    private RedisServer? _redis;

    public static TheoryData<string> Commands { get; } =
        [.. DocumentedCommand.All.Select(command => command.Text).Where(text => text.StartsWith("redis-cli ", StringComparison.Ordinal)).Distinct()];

    public async Task InitializeAsync()
    {
        if (Prerequisite.RedisServer.IsPresent)
        {
            _redis = await RedisServer.StartAsync();
            await _redis.CliAsync("SET", $"{Prefix}:c_customer", "value");
        }
    }

    public async Task DisposeAsync()
    {
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Commands))]
    public async Task A_command_of_a_runbook_is_understood(string command)
    {
        Prerequisite.RedisServer.Demand();

        // By a shell, as they are typed. Only two things are different: TLS, and that --latency measures for ever.
        var here = command
            .Replace("-h \"$REDIS_HOST\"", "", StringComparison.Ordinal).Replace("-p \"$REDIS_PORT\"", "", StringComparison.Ordinal)
            .Replace("--tls", "", StringComparison.Ordinal).Replace("<prefix>", Prefix, StringComparison.Ordinal).Replace("<user>", "default", StringComparison.Ordinal)
            .Replace("redis-cli", $"{(command.Contains("--latency", StringComparison.Ordinal) ? "timeout --preserve-status --signal=INT 1 " : "")}redis-cli -h {_redis!.Host} -p {_redis.Port.ToString(CultureInfo.InvariantCulture)}", StringComparison.Ordinal);
        await using var shell = await ChildProcess.StartAsync(new ChildProcessSpec("sh", "-c", here));
        await shell.WaitForExitAsync(TimeSpan.FromSeconds(30));

        var printed = string.Join('\n', shell.Output.Concat(shell.Errors));
        // No script runs that could be killed: Redis has understood.
        Assert.True(!printed.Contains("ERR ", StringComparison.Ordinal) && !printed.Contains("Unrecognized", StringComparison.Ordinal), $"{here}\n{printed}");
    }
}
