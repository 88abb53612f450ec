namespace LocalSqs.Tests.Protocol;

public sealed class RedriveTests : LocalSqsTest
{
    [Fact]
    public async Task A_message_received_too_often_moves_on_the_next_receive_and_not_before()
    {
        var queue = Server.CreateQueue(new LocalQueueOptions("work") { DeadLetterQueue = "dead", MaxReceiveCount = 2 });
        queue.Enqueue("poison", "good");
        await Sqs.ReceiveAsync(queue.Url);
        Pass(31);
        await Sqs.DeleteAsync(queue.Url, (await Sqs.ReceiveAsync(queue.Url))[1].Handle());
        Pass(31);
        Assert.Equal((1, 0), (queue.Counts.Ready, Server.Queue("dead").Counts.Total));
        Assert.Empty(await Sqs.ReceiveAsync(queue.Url));
        Assert.Equal((0, 1), (queue.Counts.Total, Server.Queue("dead").Counts.Ready));
        Assert.Equal(1, queue.Figures.DeadLetters);
    }

    [Fact]
    public async Task A_dead_letter_keeps_its_id_and_times_and_says_where_it_came_from()
    {
        var queue = Server.CreateQueue(new LocalQueueOptions("work") { DeadLetterQueue = "dead", MaxReceiveCount = 1 });
        var id = await Sqs.SendAsync(queue.Url, "poison");
        var sent = Assert.Single(await Sqs.ReceiveAsync(queue.Url)).Attribute("SentTimestamp");
        Pass(31);
        Assert.Empty(await Sqs.ReceiveAsync(queue.Url));
        var letter = Assert.Single(await Sqs.ReceiveAsync(Server.QueueUrl("dead")));
        Assert.Equal((id, "poison", sent), (letter.Text("MessageId"), letter.Body(), letter.Attribute("SentTimestamp")));
        Assert.Equal("arn:aws:sqs:us-east-1:000000000000:work", letter.Attribute("DeadLetterQueueSourceArn"));
        await Sqs.DeleteAsync(Server.QueueUrl("dead"), letter.Handle());
        Assert.Equal(0, Server.Queue("dead").Counts.Total);
    }

    [Fact]
    public async Task A_poll_that_waits_at_the_dead_letter_queue_wakes()
    {
        var queue = Server.CreateQueue(new LocalQueueOptions("work") { DeadLetterQueue = "dead", MaxReceiveCount = 1 });
        queue.Enqueue("poison");
        await Sqs.ReceiveAsync(queue.Url, visibility: 0);
        var poll = Sqs.OkAsync("ReceiveMessage", new { QueueUrl = Server.QueueUrl("dead"), WaitTimeSeconds = 20 });
        await Eventually.HoldsAsync(() => Server.FindQueue("dead").WaitingReceives == 1, "the poll waits");
        Assert.Empty(await Sqs.ReceiveAsync(queue.Url));
        Assert.Single(SqsHttp.Messages(await poll));
    }

    [Fact]
    public async Task Without_its_dead_letter_queue_a_message_is_delivered_for_ever()
    {
        var queue = Server.CreateQueue(new LocalQueueOptions("work") { DeadLetterQueue = "dead", MaxReceiveCount = 1 });
        queue.Enqueue("poison");
        Server.DeleteQueue("dead");
        await Sqs.ReceiveAsync(queue.Url, visibility: 0);
        Assert.Equal(2, Assert.Single(await Sqs.ReceiveAsync(queue.Url, visibility: 0)).ReceiveCount());
    }

    [Fact]
    public async Task A_policy_needs_a_queue_of_the_same_kind_that_exists()
    {
        Server.CreateQueue("dead.fifo");
        foreach (var target in new[] { "nowhere", "dead.fifo" })
        {
            var policy = $$"""{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:{{target}}","maxReceiveCount":"3"}""";
            await Sqs.FailsAsync(
                "CreateQueue", new { QueueName = "work", Attributes = new { RedrivePolicy = policy } }, "com.amazonaws.sqs#InvalidParameterValueException");
        }

        await Sqs.FailsAsync("CreateQueue", new { QueueName = "work", Attributes = new { RedrivePolicy = "{}" } }, "com.amazonaws.sqs#InvalidAttributeValue");
    }
}
