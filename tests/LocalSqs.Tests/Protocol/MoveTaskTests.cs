namespace LocalSqs.Tests.Protocol;

public sealed class MoveTaskTests : LocalSqsTest
{
    private const string DeadArn = "arn:aws:sqs:us-east-1:000000000000:dead";

    [Fact]
    public async Task A_task_takes_dead_letters_back_as_new_messages_at_its_rate()
    {
        var work = await FillAsync(25);
        var old = Server.Queue("dead").Peek()[0];
        Pass(60);
        var handle = (await StartAsync(new { SourceArn = DeadArn, MaxNumberOfMessagesPerSecond = 10 })).GetProperty("TaskHandle").GetString();
        Pass(1);
        var running = await LatestAsync();
        Assert.Equal(("RUNNING", handle, 25), (running.Text("Status"), running.Text("TaskHandle"), running.GetProperty("ApproximateNumberOfMessagesToMove").GetInt32()));
        Assert.Equal(10, work.Counts.Ready);
        Pass(2);
        var ended = await LatestAsync();
        Assert.Equal(("COMPLETED", 25), (ended.Text("Status"), ended.GetProperty("ApproximateNumberOfMessagesMoved").GetInt32()));
        Assert.False(ended.TryGetProperty("TaskHandle", out _));
        Assert.Equal((25, 0), (work.Counts.Ready, Server.Queue("dead").Counts.Total));
        Assert.All(work.Peek(), message => Assert.Equal((0, true), (message.ReceiveCount, message.SentAt > old.SentAt)));
        Assert.DoesNotContain(work.Peek(), message => message.MessageId == old.MessageId);
    }

    [Fact]
    public async Task A_task_that_is_cancelled_leaves_the_rest_and_only_one_runs_at_a_time()
    {
        var work = await FillAsync(25);
        var handle = (await StartAsync(new { SourceArn = DeadArn, MaxNumberOfMessagesPerSecond = 10 })).GetProperty("TaskHandle").GetString();
        await Sqs.FailsAsync("StartMessageMoveTask", new { SourceArn = DeadArn }, "com.amazonaws.sqs#InvalidParameterValueException");
        Pass(1);
        var cancelled = await Sqs.OkAsync("CancelMessageMoveTask", new { TaskHandle = handle });
        Pass(5);
        Assert.Equal(10, cancelled.GetProperty("ApproximateNumberOfMessagesMoved").GetInt32());
        Assert.Equal((10, 15), (work.Counts.Ready, Server.Queue("dead").Counts.Ready));
        Assert.Equal("CANCELLED", (await LatestAsync()).Text("Status"));
        await Sqs.FailsAsync("CancelMessageMoveTask", new { TaskHandle = handle }, "com.amazonaws.sqs#ResourceNotFoundException");
    }

    [Fact]
    public async Task A_letter_that_came_from_no_queue_ends_it_unless_a_destination_is_named()
    {
        await FillAsync(0);
        Server.Queue("dead").Enqueue("sent here");
        await StartAsync(new { SourceArn = DeadArn });
        Pass(1);
        var failed = await LatestAsync();
        Assert.Equal(("FAILED", "CouldNotDetermineMessageSource"), (failed.Text("Status"), failed.Text("FailureReason")));
        Assert.Equal(1, Server.Queue("dead").Counts.Ready);
        await StartAsync(new { SourceArn = DeadArn, DestinationArn = "arn:aws:sqs:us-east-1:000000000000:q" });
        Pass(1);
        Assert.Equal((1, 0), (Queue.Counts.Ready, Server.Queue("dead").Counts.Total));
    }

    [Fact]
    public async Task Only_of_a_dead_letter_queue()
    {
        await Sqs.FailsAsync("StartMessageMoveTask", new { SourceArn = "arn:aws:sqs:us-east-1:000000000000:q" }, "com.amazonaws.sqs#InvalidParameterValueException");
        await Sqs.FailsAsync("StartMessageMoveTask", new { SourceArn = "arn:aws:sqs:us-east-1:000000000000:absent" }, "com.amazonaws.sqs#ResourceNotFoundException");
        await Sqs.FailsAsync("ListMessageMoveTasks", new { }, "com.amazonaws.sqs#MissingRequiredParameterException");
    }

    private async Task<LocalQueue> FillAsync(int letters)
    {
        var work = Server.CreateQueue(new LocalQueueOptions("work") { DeadLetterQueue = "dead", MaxReceiveCount = 1 });
        work.Enqueue(Enumerable.Range(0, letters).Select(static number => $"letter {number}"));
        while (work.Counts.Total > 0)
        {
            await Sqs.ReceiveAsync(work.Url, visibility: 0);
        }

        return work;
    }

    private Task<System.Text.Json.JsonElement> StartAsync(object request) => Sqs.OkAsync("StartMessageMoveTask", request);

    private async Task<System.Text.Json.JsonElement> LatestAsync() => (await Sqs.OkAsync("ListMessageMoveTasks", new { SourceArn = DeadArn })).GetProperty("Results")[0];
}
