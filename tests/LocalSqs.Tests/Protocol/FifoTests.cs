using System.Text.Json;

namespace LocalSqs.Tests.Protocol;

public sealed class FifoTests : LocalSqsTest
{
    private LocalQueue Fifo => Server.CreateQueue("orders.fifo");

    [Fact]
    public async Task A_receive_takes_several_messages_of_one_group_and_fills_up_from_the_next()
    {
        foreach (var (body, group) in new[] { ("a1", "a"), ("b1", "b"), ("a2", "a"), ("a3", "a"), ("b2", "b") })
        {
            Fifo.EnqueueInGroup(body, group);
        }

        Assert.Equal(["a1", "a2", "a3", "b1"], (await Sqs.ReceiveAsync(Fifo.Url, maximum: 4)).Select(JsonElementExtensions.Body));
    }

    [Fact]
    public async Task A_group_is_locked_while_one_of_its_messages_is_in_flight()
    {
        Fifo.EnqueueInGroup("a1", "a");
        Fifo.EnqueueInGroup("a2", "a");
        Fifo.EnqueueInGroup("b1", "b");
        var first = Assert.Single(await Sqs.ReceiveAsync(Fifo.Url, maximum: 1));
        Assert.Equal("b1", Assert.Single(await Sqs.ReceiveAsync(Fifo.Url)).Body());
        await Sqs.DeleteAsync(Fifo.Url, first.Handle());
        Assert.Equal("a2", Assert.Single(await Sqs.ReceiveAsync(Fifo.Url)).Body());
    }

    [Fact]
    public async Task Deleting_the_last_message_in_flight_of_a_group_wakes_a_poll()
    {
        Fifo.EnqueueInGroup("a1", "a");
        Fifo.EnqueueInGroup("a2", "a");
        var first = Assert.Single(await Sqs.ReceiveAsync(Fifo.Url, maximum: 1));
        var poll = Sqs.OkAsync("ReceiveMessage", new { QueueUrl = Fifo.Url, WaitTimeSeconds = 20 });
        await Eventually.HoldsAsync(() => Server.FindQueue("orders.fifo").WaitingReceives == 1, "the poll waits");
        await Sqs.DeleteAsync(Fifo.Url, first.Handle());
        Assert.Equal("a2", Assert.Single(SqsHttp.Messages(await poll)).Body());
    }

    [Fact]
    public async Task Messages_that_become_visible_again_come_back_in_their_order()
    {
        foreach (var body in new[] { "1", "2", "3", "4" })
        {
            Fifo.EnqueueInGroup(body, "g");
        }

        var first = await Sqs.ReceiveAsync(Fifo.Url, maximum: 3);
        await ChangeAsync(first[1], 0);
        await ChangeAsync(first[0], 0);
        Assert.Empty(await Sqs.ReceiveAsync(Fifo.Url));
        await ChangeAsync(first[2], 0);
        Assert.Equal(["1", "2", "3", "4"], (await Sqs.ReceiveAsync(Fifo.Url)).Select(JsonElementExtensions.Body));
    }

    [Fact]
    public async Task A_handle_past_its_visibility_timeout_is_refused()
    {
        Fifo.EnqueueInGroup("m", "g");
        var handle = Assert.Single(await Sqs.ReceiveAsync(Fifo.Url)).Handle();
        Pass(31);
        var reply = await Sqs.FailsAsync(
            "DeleteMessage", new { QueueUrl = Fifo.Url, ReceiptHandle = handle }, "com.amazonaws.sqs#InvalidParameterValueException");
        Assert.Contains("receipt handle has expired", reply.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(1, Fifo.Counts.Ready);
    }

    [Fact]
    public async Task A_repeated_deduplication_id_is_answered_and_not_stored_for_five_minutes()
    {
        var first = await SendAsync("one", "g", "same");
        var second = await SendAsync("two", "g", "same");
        Assert.Equal((first.Text("MessageId"), first.Text("SequenceNumber")), (second.Text("MessageId"), second.Text("SequenceNumber")));
        Assert.Equal("one", Assert.Single(Fifo.Peek()).Body);
        Pass(301);
        Assert.NotEqual(first.Text("MessageId"), (await SendAsync("three", "g", "same")).Text("MessageId"));
        Assert.Equal(2, Fifo.Counts.Ready);
    }

    [Fact]
    public async Task Sequence_numbers_grow_and_come_back_with_group_and_deduplication_id()
    {
        var first = await SendAsync("1", "g", "d1");
        var second = await SendAsync("2", "g", "d2");
        Assert.Equal(20, first.Text("SequenceNumber").Length);
        Assert.True(string.CompareOrdinal(first.Text("SequenceNumber"), second.Text("SequenceNumber")) < 0);
        var message = (await Sqs.ReceiveAsync(Fifo.Url))[0];
        Assert.Equal(
            ("g", "d1", first.Text("SequenceNumber")),
            (message.Attribute("MessageGroupId"), message.Attribute("MessageDeduplicationId"), message.Attribute("SequenceNumber")));
    }

    [Fact]
    public async Task Requests_that_do_not_fit_a_fifo_queue_are_refused()
    {
        _ = Fifo;
        await Sqs.FailsAsync("SendMessage", new { QueueUrl = Fifo.Url, MessageBody = "x" }, "com.amazonaws.sqs#MissingRequiredParameterException");
        await Sqs.FailsAsync(
            "SendMessage", new { QueueUrl = Fifo.Url, MessageBody = "x", MessageGroupId = "g" }, "com.amazonaws.sqs#InvalidParameterValueException");
        await Sqs.FailsAsync(
            "SendMessage", new { QueueUrl = Url, MessageBody = "x", MessageDeduplicationId = "d" }, "com.amazonaws.sqs#InvalidParameterValueException");
    }

    [Fact]
    public async Task A_poison_message_moves_to_the_fifo_dead_letter_queue_and_frees_its_group()
    {
        Server.CreateQueue("dead.fifo");
        var queue = Server.CreateQueue(new LocalQueueOptions("work.fifo") { DeadLetterQueue = "dead.fifo", MaxReceiveCount = 1 });
        queue.EnqueueInGroup("poison", "g");
        queue.EnqueueInGroup("good", "g");
        await Sqs.ReceiveAsync(queue.Url, maximum: 1, visibility: 0);
        Assert.Equal("good", Assert.Single(await Sqs.ReceiveAsync(queue.Url)).Body());
        Assert.Equal(("poison", "g"), (Server.Queue("dead.fifo").Peek()[0].Body, Server.Queue("dead.fifo").Peek()[0].GroupId));
    }

    private Task<JsonElement> SendAsync(string body, string group, string deduplicationId) => Sqs.OkAsync(
        "SendMessage", new { QueueUrl = Fifo.Url, MessageBody = body, MessageGroupId = group, MessageDeduplicationId = deduplicationId });

    private Task<JsonElement> ChangeAsync(JsonElement message, int seconds) => Sqs.OkAsync(
        "ChangeMessageVisibility", new { QueueUrl = Fifo.Url, ReceiptHandle = message.Handle(), VisibilityTimeout = seconds });
}
