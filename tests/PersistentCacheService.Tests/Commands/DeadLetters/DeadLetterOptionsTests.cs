using EntitlementCache.Hosting;
using PersistentCacheService.Commands;
using PersistentCacheService.Commands.DeadLetters;

namespace PersistentCacheService.Tests.Commands.DeadLetters;

public sealed class DeadLetterOptionsTests
{
    [Theory]
    [InlineData("dlq")]
    [InlineData("dlq", "look")]
    [InlineData("dlq", "list", "0a1b2c3d")]
    [InlineData("dlq", "list", "--yes")]
    [InlineData("dlq", "list", "--limit", "0")]
    [InlineData("dlq", "list", "--limit")]
    [InlineData("dlq", "list", "--queue-url", "stigg-dlq")]
    [InlineData("dlq", "explain")]
    [InlineData("dlq", "explain", "0a1b2c3d", "4e5f6a7b")]
    [InlineData("dlq", "explain", "0a1b")]
    [InlineData("dlq", "replay", "--only", "malformd")]
    [InlineData("dlq", "replay", "--rate", "501")]
    [InlineData("dlq", "replay", "--by", "move", "--only", "applies-now")]
    [InlineData("dlq", "replay", "--show-body")]
    [InlineData("dlq", "replay", "--older-than", "3w")]
    [InlineData("dlq", "drop")]
    [InlineData("dlq", "drop", "--yes")]
    [InlineData("dlq", "drop", "--all", "--only", "malformed")]
    public async Task A_wrong_command_line_ends_with_64_and_points_to_the_help(params string[] arguments)
    {
        var run = await CommandRun.OfAsync(arguments);

        Assert.Equal((64, ""), (run.ExitCode, run.Output));
        Assert.Matches(@"See dlq (\w+ )?--help\.", run.Errors);
    }

    [Theory]
    [InlineData("dlq", "--help")]
    [InlineData("dlq", "help")]
    public async Task Help_names_every_verb_and_exit_code(params string[] arguments)
    {
        var run = await CommandRun.OfAsync(arguments);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.All(["list", "explain", "replay", "drop"], verb => Assert.Matches($@"(?m)^  {verb}\b", run.Output));
        int[] codes = [ExitCodes.Stopped, ExitCodes.CacheMiss, ExitCodes.Incomplete, ExitCodes.WrongUsage, ExitCodes.Unavailable, ExitCodes.TryAgain, ExitCodes.WrongConfiguration];
        Assert.All(codes, code => Assert.Matches($@"(?m)^ +{code}  \S", run.Output));
    }

    [Theory]
    [InlineData("dlq", "list", "--queue-url", "ftp://user:secret-a7@host/q")]
    [InlineData("dlq", "list", "--queue-ur", "https://user:secret-a7@host/q")]
    public async Task A_password_in_a_URL_is_not_repeated(params string[] arguments)
    {
        var run = await CommandRun.OfAsync(arguments);

        Assert.Equal(64, run.ExitCode);
        Assert.DoesNotContain("secret-a7", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list", "--limit", "--queue-url", "--queue", "--json")]
    [InlineData("explain", "--limit", "--show-body", "--json")]
    [InlineData("replay", "--only", "--reason", "--older-than", "--rate", "--by", "--json")]
    [InlineData("drop", "--only", "--reason", "--older-than", "--all", "--yes", "--json")]
    public async Task Each_command_has_a_help_of_its_own(string command, params string[] options)
    {
        var run = await CommandRun.OfAsync("dlq", command, "--help");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains($"persistent-cache-service dlq {command}", run.Output, StringComparison.Ordinal);
        Assert.All(options, option => Assert.Matches($@"(?m)^  {option}\b", run.Output));
    }

    [Fact]
    public void All_options_are_read()
    {
        var context = new CommandContext(static _ => null, TextWriter.Null, TextWriter.Null, TimeProvider.System);

        var line = DeadLetterTree.Create(context).Parse(["replay", "0a1b2c3d", "--only=applies-now", "--reason", "is missing", "--older-than", "6h", "--rate", "20", "--by=send", "--json"]);

        Assert.Empty(line.Errors);
        Assert.Equal((20, ReplayWay.Send, true), (line.GetValue<int?>("--rate"), line.GetValue<ReplayWay?>("--by"), line.GetValue<bool>("--json")));
        Assert.Equal(("applies-now", "is missing", TimeSpan.FromHours(6)), (line.GetValue<string>("--only"), line.GetValue<string>("--reason"), line.GetValue<TimeSpan?>("--older-than")));
        Assert.Equal(["0a1b2c3d"], line.GetValue<string[]>("ID")!);
    }

    [Theory]
    [InlineData("dlq", "list", "--limit", "5")]
    [InlineData("dlq", "explain", "0a1b2c3d", "--show-body")]
    [InlineData("dlq", "replay", "0a1b2c3d", "4e5f6a7b")]
    [InlineData("dlq", "drop", "--all", "--yes")]
    public async Task Without_settings_all_that_is_missing_is_named(params string[] arguments)
    {
        var run = await CommandRun.OfAsync(arguments);

        Assert.Equal((78, ""), (run.ExitCode, run.Output));
        Assert.All(["AWS_REGION", "QUEUE_URL"], name => Assert.Contains(name, run.Errors, StringComparison.Ordinal));
    }
}
