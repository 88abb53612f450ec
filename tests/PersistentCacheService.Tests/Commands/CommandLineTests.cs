using System.Text.Json.Nodes;
using EntitlementCache.Hosting;
using PersistentCacheService.Commands;

namespace PersistentCacheService.Tests.Commands;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("frobnicate")]
    [InlineData("inspect")]
    [InlineData("inspect", "a", "b", "c")]
    [InlineData("inspect", "a", "--yaml")]
    [InlineData("inspect", "a:f_b")]
    [InlineData("inspect", "a", "")]
    [InlineData("purge")]
    [InlineData("check", "a")]
    [InlineData("healthcheck", "--dry-run")]
    [InlineData("check", "--live")]
    [InlineData("sweep", "customer-1")]
    [InlineData("purge", "a", "--dry-run")]
    [InlineData("warm")]
    [InlineData("warm", "a.csv", "--recent")]
    [InlineData("warm", "-", "b.csv")]
    [InlineData("warm", "--from")]
    [InlineData("warm", "a.csv", "--from-prefix", "production")]
    [InlineData("warm", "-", "--rate", "0")]
    [InlineData("warm", "-", "--rate", "many")]
    [InlineData("warm", "-", "--rate")]
    [InlineData("warm", "-", "--repair")]
    [InlineData("audit", "customer-1")]
    [InlineData("audit", "--sample", "0")]
    [InlineData("audit", "--sample", "99999999999")]
    [InlineData("audit", "--rate", "1001")]
    [InlineData("audit", "--dry-run")]
    [InlineData("audit", "--all", "--sample", "5")]
    [InlineData("warm", "--from", "redis://user:secret-a7@host", "--al")]
    [InlineData("warm", "a.csv", "redis://user:secret-a7@host")]
    [InlineData("warm", "--form=redis://user:secret-a7@host")]
    [InlineData("sweep", "--rate", "5")]
    public async Task A_wrong_command_line_ends_with_64_and_points_to_the_help(params string[] arguments)
    {
        var run = await CommandRun.OfAsync(arguments);

        Assert.Equal((64, ""), (run.ExitCode, run.Output));
        Assert.Matches(@"^\S.*\. See (\w+ )?--help\.\s*$", run.Errors.Replace('?', '.'));
        Assert.DoesNotContain("secret-a7", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("help")]
    public async Task Help_names_every_command_and_every_exit_code(params string[] arguments)
    {
        var run = await CommandRun.OfAsync(arguments);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.All(["inspect", "purge", "sweep", "warm", "audit", "check", "healthcheck", "--version"], verb => Assert.Matches($@"(?m)^  {verb}\b", run.Output));
        int[] codes =
        [
            ExitCodes.Stopped, ExitCodes.Crashed, ExitCodes.CacheMiss, ExitCodes.Incomplete, ExitCodes.Drift, ExitCodes.WrongUsage, ExitCodes.Unavailable, ExitCodes.TryAgain,
            ExitCodes.WrongConfiguration,
        ];
        Assert.All(codes, code => Assert.Matches($@"(?m)^ +{code}  \S", run.Output));
    }

    [Theory]
    [InlineData("inspect", "--json")]
    [InlineData("purge", "--json")]
    [InlineData("sweep", "--dry-run", "--json")]
    [InlineData("warm", "--from", "--rate", "--all", "--json")]
    [InlineData("audit", "--sample", "--repair", "--json")]
    [InlineData("check", "--json")]
    [InlineData("healthcheck", "--live", "--json")]
    public async Task Each_command_has_a_help_of_its_own(string command, params string[] options)
    {
        var run = await CommandRun.OfAsync(command, "--help");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains($"persistent-cache-service {command}", run.Output, StringComparison.Ordinal);
        Assert.All(options, option => Assert.Matches($@"(?m)^  {option}\b", run.Output));
        Assert.All([ExitCodes.Stopped, ExitCodes.WrongUsage, ExitCodes.TryAgain, ExitCodes.WrongConfiguration], code => Assert.Matches($@"(?m)^ +{code}  \S", run.Output));
    }

    [Theory]
    [InlineData("--rate=5")]
    [InlineData("--rate", "5")]
    public async Task A_value_may_stand_behind_an_equals_sign(params string[] rate)
    {
        var run = await CommandRun.OfAsync(new Dictionary<string, string?> { ["SERVER_API_KEY"] = "key" }, "customer-1\ncustomer-2", ["warm", "-", "--dry-run", "--json", .. rate]);

        Assert.Equal((0, 2), (run.ExitCode, (int)JsonNode.Parse(run.Output)!["customers"]!));
    }

    [Fact]
    public async Task Check_says_to_programs_what_is_wrong()
    {
        var run = await CommandRun.OfAsync("check", "--json");

        var findings = JsonNode.Parse(run.Output)!["findings"]!.AsArray();
        Assert.Equal((78, ""), (run.ExitCode, run.Errors));
        Assert.All(findings, static finding => Assert.Equal(("misconfigured", "settings"), ((string?)finding!["result"], (string?)finding["subject"])));
        Assert.Contains(findings, static finding => ((string?)finding!["text"])!.Contains("QUEUE_URL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stopped_command_says_so_and_ends_with_75()
    {
        using var stop = new CancellationTokenSource();
        using var errors = new StringWriter();
        await stop.CancelAsync();
        var environment = new Dictionary<string, string?> { ["REDIS_HOST"] = "127.0.0.1", ["REDIS_PORT"] = "1" };

        var exitCode = await OperatorCommands.RunAsync(
            ["inspect", "customer-1"], new CommandContext(environment.GetValueOrDefault, TextWriter.Null, errors, TimeProvider.System), stop.Token);

        Assert.Equal((75, "Stopped."), (exitCode, errors.ToString().TrimEnd()));
    }

    [Fact]
    public async Task Version_is_that_of_the_build()
    {
        var run = await CommandRun.OfAsync("--version");

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith($"persistent-cache-service {BuildInfo.Version} (", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("inspect", "customer-1")]
    [InlineData("purge", "customer-1")]
    [InlineData("sweep")]
    [InlineData("sweep", "--dry-run")]
    [InlineData("warm", "-")]
    [InlineData("audit")]
    public async Task Wrong_settings_are_all_named_and_end_with_78(params string[] arguments)
    {
        var run = await CommandRun.OfAsync(new Dictionary<string, string?> { ["REDIS_PORT"] = "redis", ["CACHE_LAYOUT"] = "v4" }, arguments);

        Assert.Equal((78, ""), (run.ExitCode, run.Output));
        Assert.Contains("REDIS_PORT", run.Errors, StringComparison.Ordinal);
        Assert.Contains("CACHE_LAYOUT", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("inspect", "customer-1")]
    [InlineData("purge", "customer-1")]
    [InlineData("sweep", "--dry-run")]
    public async Task Without_Redis_they_end_at_once_with_69_and_a_remedy(params string[] arguments)
    {
        // Port 1 of loopback: nobody listens, the connection is refused.
        var run = await CommandRun.OfAsync(new Dictionary<string, string?> { ["REDIS_HOST"] = "127.0.0.1", ["REDIS_PORT"] = "1" }, arguments);

        Assert.Equal((69, ""), (run.ExitCode, run.Output));
        Assert.Contains("Remedy: check REDIS_HOST", run.Errors, StringComparison.Ordinal);
    }
}
