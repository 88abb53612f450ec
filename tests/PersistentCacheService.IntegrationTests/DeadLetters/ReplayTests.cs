using System.Text.Json.Nodes;
using LocalSqs.Faults;
using LocalSqs.Protocol;
using TestKit;
using TestKit.Messages;
using TestKit.Processes;

namespace PersistentCacheService.IntegrationTests.DeadLetters;

/// <summary><c>dlq replay</c>: the ways back, and that nothing is lost on them.</summary>
public sealed class ReplayTests
{
    private static readonly string[] All = ["All"];

    [Fact]
    public async Task Messages_with_times_of_their_own_are_moved_by_SQS()
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync(Enumerable.Range(0, 40).Select(number => DeadLetterWorld.Usage($"customer-{number}", number)));

        var replay = await world.JsonAsync("replay");

        Assert.Equal(("move", 40, "COMPLETED"), ((string)replay["by"]!, (int)replay["moved"]!, (string)replay["status"]!));
        Assert.Equal((40, 0), (world.Main.Counts.Ready, world.Dead.Counts.Total));
    }

    [Fact]
    public async Task Where_a_move_is_not_allowed_each_message_is_sent_and_then_deleted()
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync(Enumerable.Range(0, 40).Select(number => DeadLetterWorld.Usage($"customer-{number}", number)));
        world.Sqs.Faults.Inject(new SqsFault(SqsFaultKind.AccessDenied) { Operation = SqsOperation.ListMessageMoveTasks });

        var run = await world.RunAsync("replay");
        world.Sqs.Faults.Inject(new SqsFault(SqsFaultKind.AccessDenied) { Operation = SqsOperation.SendMessageBatch });
        await world.GiveUpAllAsync();
        var denied = await world.RunAsync("replay");

        Assert.True(run.ExitCode == 0, run.Printed);
        Assert.Contains("a move task is refused (AccessDenied", run.Printed, StringComparison.Ordinal);
        Assert.Contains("40 messages moved", run.Printed, StringComparison.Ordinal);
        Assert.Equal(78, denied.ExitCode);
        Assert.Contains("iam-policy-operator.json", denied.Printed, StringComparison.Ordinal);
        Assert.Equal(40, world.Dead.Counts.Ready);
    }

    [Fact]
    public async Task Only_what_applies_now_goes_back_and_the_rest_stays_visible()
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync(StiggMessages.Malformed.Values.Where(static body => body.Trim().Length > 0));
        var malformed = world.Dead.Counts.Total;
        await world.GiveUpAsync(Enumerable.Range(0, 30).Select(number => DeadLetterWorld.Usage($"customer-{number}", number)));

        var replay = await world.JsonAsync("replay", "--only", "applies-now", "--rate", "500");

        Assert.Equal(("send", 30, malformed, 0), ((string)replay["by"]!, (int)replay["moved"]!, (int)replay["kept"]!, (int)replay["failed"]!));
        Assert.Equal((30, malformed), (world.Main.Counts.Ready, world.Dead.Counts.Ready));
        Assert.DoesNotContain(world.Main.Peek(), static message => StiggMessages.Malformed.Values.Contains(message.Body));
    }

    [Fact]
    public async Task Attributes_and_the_trace_header_are_kept()
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.CallAsync("SendMessage", new
        {
            QueueUrl = world.Main.Url,
            MessageBody = """{"customerId":"c"}""",
            MessageAttributes = new { type = new { DataType = "String", StringValue = "cachePurge" }, raw = new { DataType = "Binary", BinaryValue = "AQI=" } },
            MessageSystemAttributes = new { AWSTraceHeader = new { DataType = "String", StringValue = "Root=1-5759e988-bd862e3fe1be46a994272793" } },
        });
        await world.GiveUpAllAsync();

        var replay = await world.JsonAsync("replay", "--by", "send");
        var message = (await world.CallAsync("ReceiveMessage", new { QueueUrl = world.Main.Url, MessageSystemAttributeNames = All, MessageAttributeNames = All }))["Messages"]![0]!;

        Assert.Equal(1, (int)replay["moved"]!);
        Assert.Equal(("cachePurge", "AQI="), ((string)message["MessageAttributes"]!["type"]!["StringValue"]!, (string)message["MessageAttributes"]!["raw"]!["BinaryValue"]!));
        Assert.Equal("Root=1-5759e988-bd862e3fe1be46a994272793", (string)message["Attributes"]!["AWSTraceHeader"]!);
        Assert.Equal(2, message["MessageAttributes"]!.AsObject().Count);
    }

    [SkippableFact]
    public async Task A_replayed_message_without_a_time_of_its_own_does_not_become_new()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync(DeadLetterWorld.Usage("customer-1", 1, time: null));

        // Later than the old message, earlier than its replay.
        var between = world.Dead.Peek()[0].SentAt.ToUnixTimeMilliseconds() + 1;
        await Eventually.HoldsAsync(() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() > between, "a moment has passed");
        await redis.CliAsync("MSET", "production:c_customer-1", "{}", "production:c_customer-1#timestamp", "1");
        world.Main.Enqueue(DeadLetterWorld.Usage("customer-1", 2, between));

        var replay = await world.RunAsync("replay");
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(world.Main.Url, redis));
        await worker.WaitAsync(() => Task.FromResult(world.Main.Counts.Total == 0), "both are applied");

        Assert.True(replay.ExitCode == 0, replay.Printed);
        Assert.Contains("would count as new after a move", replay.Printed, StringComparison.Ordinal);
        Assert.Contains("\"currentUsage\":2", await redis.CliAsync("GET", "production:c_customer-1:f_f"), StringComparison.Ordinal);
        Assert.Equal(0, world.Dead.Counts.Total);
    }

    [Fact]
    public async Task Of_a_FIFO_queue_order_and_groups_are_kept_and_what_it_takes_for_a_duplicate_is_not_deleted()
    {
        await using var world = await DeadLetterWorld.StartAsync(fifo: true);
        foreach (var number in Enumerable.Range(0, 25))
        {
            world.Main.EnqueueInGroup(DeadLetterWorld.Usage("customer-1", number), number % 2 == 0 ? "even" : "odd");
        }

        await world.GiveUpAllAsync();
        var early = await world.RunAsync("replay", "--by", "send");

        Assert.Equal(4, early.ExitCode);
        Assert.Contains("takes them for duplicates", early.Printed, StringComparison.Ordinal);
        Assert.Equal((0, 25), (world.Main.Counts.Total, world.Dead.Counts.Ready));

        // A queue that has forgotten the deduplication ids: AWS takes 5 minutes, a new queue none.
        world.Sqs.DeleteQueue(world.Main.Name);
        world.Sqs.CreateQueue(new LocalSqs.LocalQueueOptions(world.Main.Name) { DeadLetterQueue = world.Dead.Name });
        var replay = await world.JsonAsync("replay", "--by", "send");

        Assert.Equal((25, 0), ((int)replay["moved"]!, world.Dead.Counts.Total));
        var groups = world.Main.Peek().GroupBy(static message => message.GroupId).ToList();
        Assert.Equal(["even", "odd"], groups.Select(static group => group.Key).Order());
        Assert.All(groups, static group => Assert.Equal(group.Select(UsageOf).Order(), group.Select(UsageOf)));
    }

    [Theory]
    [InlineData(Signal.Interrupt, 75)]
    [InlineData(Signal.Kill, null)]
    public async Task Stopped_or_killed_in_the_middle_nothing_is_lost_and_the_next_run_goes_on(Signal signal, int? exitCode)
    {
        await using var world = await DeadLetterWorld.StartAsync();
        var bodies = Enumerable.Range(0, 200).Select(number => DeadLetterWorld.Usage($"customer-{number}", number)).ToArray();
        await world.GiveUpAsync(bodies);

        await using (var replay = await WorkerProcess.StartAsync(world.Environment, takenPort: null, UnreadOutput.None, "dlq", "replay", "--by", "send", "--rate", "50"))
        {
            await Eventually.HoldsAsync(() => world.Main.Counts.Total >= 20, "some are moved");
            replay.Send(signal);
            var ended = await replay.WaitForExitAsync();
            Assert.True(exitCode is null || ended == exitCode, replay.Printed);
        }

        Assert.True(world.Main.Counts.Total < bodies.Length, "it was stopped in the middle");
        Assert.Empty(bodies.Except(world.Main.Peek().Concat(world.Dead.Peek()).Select(static message => message.Body)));
        if (signal == Signal.Interrupt)
        {
            Assert.Equal(bodies.Length, world.Main.Counts.Ready + world.Dead.Counts.Ready);
            Assert.Equal(bodies.Length, world.Main.Counts.Ready + (int)(await world.JsonAsync("replay", "--by", "send"))["moved"]!);
        }
    }

    [Fact]
    public async Task Ctrl_C_cancels_a_move()
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync(Enumerable.Range(0, 200).Select(number => DeadLetterWorld.Usage($"customer-{number}", number)));

        await using var replay = await WorkerProcess.StartAsync(world.Environment, takenPort: null, UnreadOutput.None, "dlq", "replay", "--rate", "10");
        await Eventually.HoldsAsync(() => world.Main.Counts.Total >= 5, "some are moved");
        replay.Send(Signal.Interrupt);

        Assert.Equal(75, await replay.WaitForExitAsync());
        Assert.Contains("The move is cancelled after about", replay.Printed, StringComparison.Ordinal);
        Assert.Equal(200, world.Main.Counts.Ready + world.Dead.Counts.Ready);
    }

    [Theory]
    [InlineData(SqsFaultKind.AccessDenied)]
    [InlineData(SqsFaultKind.Throttle)]
    public async Task A_move_that_cannot_be_cancelled_is_told_and_Ctrl_C_ends_the_command(SqsFaultKind kind)
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync(Enumerable.Range(0, 200).Select(number => DeadLetterWorld.Usage($"customer-{number}", number)));
        world.Sqs.Faults.Inject(new SqsFault(kind) { Operation = SqsOperation.CancelMessageMoveTask });

        await using var replay = await WorkerProcess.StartAsync(world.Environment, takenPort: null, UnreadOutput.None, "dlq", "replay", "--rate", "10");
        await Eventually.HoldsAsync(() => world.Main.Counts.Total >= 5, "some are moved");
        replay.Send(Signal.Interrupt);

        Assert.Equal(75, await replay.WaitForExitAsync());
        Assert.Contains("The move could not be cancelled (", replay.Printed, StringComparison.Ordinal);
        Assert.DoesNotContain("By sending and deleting", replay.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_SQS_moves_messages_none_is_sent_besides()
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync(Enumerable.Range(0, 200).Select(number => DeadLetterWorld.Usage($"customer-{number}", number)));

        await using var replay = await WorkerProcess.StartAsync(world.Environment, takenPort: null, UnreadOutput.None, "dlq", "replay", "--rate", "10");
        await Eventually.HoldsAsync(() => world.Main.Counts.Total >= 5, "some are moved");
        world.Sqs.Faults.Inject(new SqsFault(SqsFaultKind.AccessDenied) { Operation = SqsOperation.ListMessageMoveTasks });

        Assert.Equal(78, await replay.WaitForExitAsync());
        Assert.DoesNotContain("By sending and deleting", replay.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_queue_that_takes_some_of_a_batch_keeps_the_others_in_place()
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync(Enumerable.Range(0, 20).Select(number => DeadLetterWorld.Usage($"customer-{number}", number)));
        world.Sqs.Faults.Inject(new SqsFault(SqsFaultKind.EntryFailsOnServer) { Operation = SqsOperation.SendMessageBatch, Times = 3 });
        world.Sqs.Faults.Inject(new SqsFault(SqsFaultKind.EntryFailsOnServer) { Operation = SqsOperation.DeleteMessageBatch, Times = 2 });

        var run = await world.RunAsync("replay", "--by", "send");

        Assert.Equal(4, run.ExitCode);
        Assert.Contains("15 messages moved", run.Printed, StringComparison.Ordinal);
        Assert.Equal((17, 5), (world.Main.Counts.Ready, world.Dead.Counts.Ready));
    }

    private static int UsageOf(LocalSqs.QueuedMessage message) => (int)JsonNode.Parse(message.Body)!["usage"]!["currentUsage"]!;
}
