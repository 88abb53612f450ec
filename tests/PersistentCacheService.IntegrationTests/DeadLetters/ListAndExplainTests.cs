using System.Globalization;
using LocalSqs.Faults;
using LocalSqs.Protocol;
using LocalSqs.Queues;
using PersistentCacheService.Commands;
using PersistentCacheService.Commands.DeadLetters;
using TestKit.Messages;

namespace PersistentCacheService.IntegrationTests.DeadLetters;

/// <summary><c>dlq list</c> and <c>dlq explain</c>, as the executable runs them.</summary>
public sealed class ListAndExplainTests
{
    [Fact]
    public async Task List_groups_by_reason_and_leaves_everything_visible()
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync(Enumerable.Range(0, 25).Select(number => DeadLetterWorld.Usage($"customer-{number}", number)));
        await world.GiveUpAsync(StiggMessages.Malformed["not JSON"], StiggMessages.Malformed["cut off"], StiggMessages.Malformed["customer id missing"]);

        var list = await world.JsonAsync("list");
        var table = await world.RunAsync("list");

        Assert.Equal(("stigg-dlq", "stigg", 28, true), ((string)list["deadLetterQueue"]!, (string)list["queue"]!, (int)list["seen"]!, (bool)list["complete"]!));
        Assert.Equal(
            ["applies now 25", "not valid JSON 2", "customerId is missing or empty 1"],
            list["groups"]!.AsArray().Select(static group => $"{(string)group!["reason"]!} {(int)group["count"]!}"));
        Assert.Contains(world.Dead.Peek(), message => message.MessageId == (string)list["groups"]![0]!["examples"]![0]!);
        Assert.StartsWith("stigg-dlq, the dead-letter queue of stigg, holds about 28 messages; 28 seen.", table.Printed, StringComparison.Ordinal);
        Assert.Contains("applies now", table.Printed, StringComparison.Ordinal);

        // The receive count is what a look costs; a dead-letter queue without a redrive policy makes nothing of it.
        Assert.All(world.Dead.Peek(), static message => Assert.Equal((MessageState.Ready, 3), (message.State, message.ReceiveCount)));
    }

    [Fact]
    public async Task What_cannot_be_given_back_changes_no_result()
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync(DeadLetterWorld.Usage("c", 1));
        world.Sqs.Faults.Inject(new SqsFault(SqsFaultKind.AccessDenied) { Operation = SqsOperation.ChangeMessageVisibilityBatch });

        var list = await world.JsonAsync("list");

        Assert.Equal((1, 1), ((int)list["seen"]!, world.Dead.Counts.Total));
    }

    [Theory]
    [InlineData(true, "{\\u001b]0;title\\u0007\n\t\\u009b2J")]
    [InlineData(false, "{\u001b]0;title\u0007\n\t\u009b2J")]
    public async Task A_body_steers_no_terminal(bool isTerminal, string shown)
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync("{\u001b]0;title\u0007\n\t\u009b2J");
        using var queue = world.Open();
        using var output = new StringWriter();
        var context = new CommandContext(world.Environment.GetValueOrDefault, output, TextWriter.Null, TimeProvider.System, isTerminal);
        var options = new DeadLetterOptions { ShowBody = true, Filter = new DeadLetterFilter { Ids = [world.Dead.Peek().Single().MessageId] } };

        Assert.Equal(0, await ExplainCommand.RunAsync(queue, await queue.StateAsync(CancellationToken.None), options, context, CancellationToken.None));
        Assert.EndsWith($"body{Environment.NewLine}{shown}{Environment.NewLine}", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_queue_and_one_without_dead_letters_are_told_apart()
    {
        await using var world = await DeadLetterWorld.StartAsync();

        var empty = await world.RunAsync("list");
        var none = await WorkerProcess.RunAsync(new Dictionary<string, string?>(world.Environment) { ["QUEUE_URL"] = world.Dead.Url }, "dlq", "list");
        var gone = await world.RunAsync("list", "--queue-url", world.Sqs.QueueUrl("absent"));

        Assert.Equal((0, 78, 78), (empty.ExitCode, none.ExitCode, gone.ExitCode));
        Assert.Contains("holds about 0 messages", empty.Printed, StringComparison.Ordinal);
        Assert.Contains("no redrive policy", none.Printed, StringComparison.Ordinal);
        Assert.Contains("QueueDoesNotExist", gone.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_queue_named_by_its_URL_needs_no_main_queue()
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync(StiggMessages.PackagePublished());
        var environment = world.Environment.Without("QUEUE_URL");

        var list = await WorkerProcess.RunAsync(environment, "dlq", "list", "--queue-url", world.Dead.Url);
        var replay = await WorkerProcess.RunAsync(environment, "dlq", "replay", "--queue-url", world.Dead.Url, "--by", "send");

        Assert.True(list.ExitCode == 0 && replay.ExitCode == 0, list.Printed + replay.Printed);
        Assert.Equal((1, 0), (world.Main.Counts.Ready, world.Dead.Counts.Total));
    }

    [Fact]
    public async Task Explain_shows_the_place_and_the_body_only_when_asked()
    {
        await using var world = await DeadLetterWorld.StartAsync();
        var body = StiggMessages.InSns(StiggMessages.Malformed["usage that is no number"]);
        await world.GiveUpAsync(body, DeadLetterWorld.Usage("customer-1", 7, time: null));
        var (broken, good) = (world.Dead.Peek()[0].MessageId, world.Dead.Peek()[1].MessageId);

        var json = await world.JsonAsync("explain", broken[..8]);
        var text = await world.RunAsync("explain", broken);
        var shown = await world.RunAsync("explain", broken, "--show-body");
        var applies = await world.RunAsync("explain", good);
        var unknown = await world.RunAsync("explain", "ffffffff-0000");

        Assert.Equal("Message > usage.currentUsage", (string)json["stopped"]!["member"]!);
        Assert.Contains("many", body[(int)json["stopped"]!["byteOfBody"]!..], StringComparison.Ordinal);
        Assert.Contains("usage.currentUsage is not a number", text.Printed, StringComparison.Ordinal);
        Assert.DoesNotContain("many", text.Printed, StringComparison.Ordinal);
        Assert.Contains(body, shown.Printed, StringComparison.Ordinal);
        Assert.Contains("it applies now", applies.Printed, StringComparison.Ordinal);
        Assert.Contains("none of its own", applies.Printed, StringComparison.Ordinal);
        Assert.DoesNotContain("customer-1", applies.Printed, StringComparison.Ordinal);
        Assert.Equal((0, 0, 0, 3), (text.ExitCode, shown.ExitCode, applies.ExitCode, unknown.ExitCode));
        Assert.Equal(2, world.Dead.Counts.Ready);
    }

    [Fact]
    public async Task Of_a_FIFO_queue_what_cannot_be_seen_is_said()
    {
        await using var world = await DeadLetterWorld.StartAsync(fifo: true);
        foreach (var number in Enumerable.Range(0, 12))
        {
            world.Main.EnqueueInGroup(DeadLetterWorld.Usage("customer-1", number), "group");
        }

        await world.GiveUpAllAsync();
        var run = await world.RunAsync("list");

        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"holds about {12} messages; 10 seen."), run.Printed, StringComparison.Ordinal);
        Assert.Contains("ten messages of a group", run.Printed, StringComparison.Ordinal);
        Assert.Equal(12, world.Dead.Counts.Ready);
    }
}
