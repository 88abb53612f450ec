using System.Text.Json.Nodes;
using PersistentCacheService.Commands;
using PersistentCacheService.Commands.DeadLetters;
using TestKit.Messages;

namespace PersistentCacheService.IntegrationTests.DeadLetters;

/// <summary><c>dlq drop</c>: deletes what is meant, after a yes.</summary>
public sealed class DropTests
{
    [Fact]
    public async Task Without_a_yes_nothing_is_deleted()
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync("not JSON", DeadLetterWorld.Usage("customer-1", 1));

        var run = await world.RunAsync("drop", "--only", "malformed");

        Assert.Equal(64, run.ExitCode);
        Assert.Contains("1 message of 2 seen in stigg-dlq would be deleted for good. Nothing was deleted: say --yes.", run.Printed, StringComparison.Ordinal);
        Assert.Equal(2, world.Dead.Counts.Ready);
    }

    [Theory]
    [InlineData("--only malformed", 3, 1)]
    [InlineData("--only applies-now", 1, 3)]
    [InlineData("--reason JSON", 2, 2)]
    [InlineData("--older-than 1d", 0, 4)]
    [InlineData("--older-than 0s", 4, 0)]
    [InlineData("--all", 4, 0)]
    public async Task What_the_filter_fits_goes_and_the_rest_stays_visible(string filter, int dropped, int kept)
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync("not JSON", "{", StiggMessages.Malformed["customer id missing"], DeadLetterWorld.Usage("customer-1", 1));

        var drop = await world.JsonAsync(["drop", .. filter.Split(' '), "--yes"]);

        Assert.Equal((dropped, kept), ((int)drop["dropped"]!, (int)drop["kept"]!));
        Assert.Equal((kept, 0), (world.Dead.Counts.Ready, world.Main.Counts.Total));
    }

    [Fact]
    public async Task One_message_is_dropped_by_the_first_letters_of_its_id()
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync("one", "two");
        var id = world.Dead.Peek().Single(static message => message.Body == "one").MessageId;

        await world.JsonAsync("drop", id[..8], "--yes");

        Assert.Equal("two", Assert.Single(world.Dead.Peek()).Body);
    }

    [Fact]
    public async Task Where_nothing_is_meant_programs_get_their_JSON()
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync(DeadLetterWorld.Usage("c", 1));

        var drop = await world.JsonAsync("drop", "--only", "malformed");

        Assert.Equal((0, 1, 0, 1), ((int)drop["dropped"]!, (int)drop["kept"]!, (int)drop["failed"]!, world.Dead.Counts.Ready));
    }

    [Fact]
    public async Task After_a_yes_only_what_was_counted_is_deleted()
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync("one", "two");

        // While the question stands another one is given up.
        using var input = new Answer(() =>
        {
            world.GiveUpAsync("three").GetAwaiter().GetResult();
            return "yes";
        });
        var (exitCode, output, notes) = await AskedAsync(world, new DeadLetterOptions(), input, CancellationToken.None);

        Assert.Equal((0, ""), (exitCode, notes));
        Assert.Contains("2 messages of 2 seen in stigg-dlq would be deleted for good. Type yes: 2 messages dropped,", output, StringComparison.Ordinal);
        Assert.Equal("three", Assert.Single(world.Dead.Peek()).Body);
    }

    [Fact]
    public async Task What_was_not_looked_at_remains_for_a_second_run()
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync(Enumerable.Range(0, 25).Select(static i => $"not JSON {i}"));

        using var input = new Answer(static () => "yes");
        var (exitCode, output, _) = await AskedAsync(world, new DeadLetterOptions { Limit = 10 }, input, CancellationToken.None);

        Assert.Equal(0, exitCode);
        Assert.Contains("10 messages of 10 seen in stigg-dlq would be deleted for good. More remain for a second run: the queue holds about 25.", output, StringComparison.Ordinal);
        Assert.Equal(15, world.Dead.Counts.Ready);
    }

    [Fact]
    public async Task A_counted_message_that_does_not_come_again_is_told()
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync("one", "two");

        using var input = new Answer(() =>
        {
            world.CallAsync("ReceiveMessage", new { QueueUrl = world.Dead.Url, MaxNumberOfMessages = 1, VisibilityTimeout = 600 }).GetAwaiter().GetResult();
            return "yes";
        });
        var (exitCode, output, _) = await AskedAsync(world, new DeadLetterOptions(), input, CancellationToken.None);

        Assert.Equal(4, exitCode);
        Assert.Contains("1: they were counted but did not come again", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_ends_the_question()
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync("one");
        using var stop = new CancellationTokenSource();
        using var release = new ManualResetEventSlim();
        using var input = new Answer(() =>
        {
            stop.Cancel();
            release.Wait();
            return "yes";
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AskedAsync(world, new DeadLetterOptions(), input, stop.Token));
        release.Set();

        Assert.Equal(1, world.Dead.Counts.Ready);
    }

    [Theory]
    [InlineData("yes", 0, 0)]
    [InlineData("no", 64, 1)]
    [InlineData(null, 64, 1)]
    public async Task With_json_the_question_is_a_note(string? answer, int expected, int left)
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync("one");

        using var input = new Answer(() => answer);
        var (exitCode, output, notes) = await AskedAsync(world, new DeadLetterOptions { Json = true }, input, CancellationToken.None);

        Assert.Equal((expected, left), (exitCode, world.Dead.Counts.Ready));
        Assert.Contains("Type yes: ", notes, StringComparison.Ordinal);
        Assert.Equal(answer == "yes" ? 1 : null, output.Length == 0 ? null : (int?)JsonNode.Parse(output)!["dropped"]);
    }

    /// <summary>Runs the command as on a terminal.</summary>
    private static async Task<(int ExitCode, string Output, string Notes)> AskedAsync(DeadLetterWorld world, DeadLetterOptions options, TextReader input, CancellationToken cancellationToken)
    {
        using var output = new StringWriter();
        using var notes = new StringWriter();
        var context = new CommandContext(world.Environment.GetValueOrDefault, output, notes, TimeProvider.System, IsTerminal: true, input);
        using var queue = world.Open();
        var state = await queue.StateAsync(cancellationToken);

        // On a thread of its own: a read that blocks must fail the test, not hang it.
        var exitCode = await Task.Run(() => DropCommand.RunAsync(queue, state, options, context, cancellationToken), CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1), CancellationToken.None);
        return (exitCode, output.ToString(), notes.ToString());
    }

    /// <summary>A terminal that answers once. Like the console's its asynchronous reads block.</summary>
    private sealed class Answer(Func<string?> line) : TextReader
    {
        public override string? ReadLine() => line();

        public override ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken) => ValueTask.FromResult(line());
    }
}
