namespace LocalSqs.Tests.Protocol;

public sealed class DeleteTests : LocalSqsTest
{
    [Fact]
    public async Task A_deleted_message_does_not_come_back_and_can_be_deleted_again()
    {
        Queue.Enqueue("m");
        var handle = Assert.Single(await Sqs.ReceiveAsync(Url)).Handle();
        await Sqs.DeleteAsync(Url, handle);
        await Sqs.DeleteAsync(Url, handle);
        Pass(60);
        Assert.Empty(await Sqs.ReceiveAsync(Url));
        Assert.Equal(1, Queue.Figures.Deleted);
    }

    [Fact]
    public async Task The_handle_of_an_earlier_receive_deletes_nothing_and_answers_success()
    {
        Queue.Enqueue("m");
        var old = Assert.Single(await Sqs.ReceiveAsync(Url)).Handle();
        Pass(31);
        var latest = Assert.Single(await Sqs.ReceiveAsync(Url)).Handle();
        await Sqs.DeleteAsync(Url, old);
        Assert.Equal((1, 1), (Queue.Counts.InFlight, Queue.Figures.StaleDeletes));
        await Sqs.DeleteAsync(Url, latest);
        Assert.Equal(0, Queue.Counts.Total);
    }

    [Fact]
    public async Task After_its_visibility_timeout_a_handle_still_deletes_a_message_that_nobody_received_since()
    {
        Queue.Enqueue("m", "n");
        var handle = (await Sqs.ReceiveAsync(Url))[0].Handle();
        Pass(31);
        await Sqs.DeleteAsync(Url, handle);
        Assert.Equal("n", Assert.Single(await Sqs.ReceiveAsync(Url)).Body());
    }

    [Fact]
    public async Task Handles_that_are_none_are_refused()
    {
        Queue.Enqueue("m");
        var handle = Assert.Single(await Sqs.ReceiveAsync(Url)).Handle();
        foreach (var wrong in new[] { "nonsense", handle[..^1], "B" + handle[1..], handle[..^1] + "-" })
        {
            await Sqs.FailsAsync("DeleteMessage", new { QueueUrl = Url, ReceiptHandle = wrong }, "com.amazonaws.sqs#ReceiptHandleIsInvalid");
        }
    }

    [Fact]
    public async Task The_handle_of_another_queue_is_refused()
    {
        var other = Server.CreateQueue("other");
        other.Enqueue("m");
        var handle = Assert.Single(await Sqs.ReceiveAsync(other.Url)).Handle();
        await Sqs.FailsAsync("DeleteMessage", new { QueueUrl = Url, ReceiptHandle = handle }, "com.amazonaws.sqs#ReceiptHandleIsInvalid");
    }

    [Fact]
    public async Task A_handle_from_before_the_queue_was_created_anew_deletes_nothing()
    {
        Queue.Enqueue("old");
        var handle = Assert.Single(await Sqs.ReceiveAsync(Url)).Handle();
        Server.DeleteQueue("q");
        Server.CreateQueue("q").Enqueue("new");
        await Sqs.ReceiveAsync(Url);
        await Sqs.DeleteAsync(Url, handle);
        Assert.Equal("new", Assert.Single(Queue.Peek()).Body);
    }

    [Fact]
    public async Task A_batch_deletes_the_good_entries_and_says_which_are_bad()
    {
        Queue.Enqueue("a", "b");
        var handles = (await Sqs.ReceiveAsync(Url)).Select(JsonElementExtensions.Handle).ToList();
        var reply = await Sqs.OkAsync("DeleteMessageBatch", Batch(("0", handles[0]), ("bad", "nonsense"), ("1", handles[1])));
        Assert.Equal(["0", "1"], reply.Entries("Successful").Select(static entry => entry.Text("Id")));
        var failed = Assert.Single(reply.Entries("Failed"));
        Assert.Equal(("bad", "ReceiptHandleIsInvalid", true), (failed.Text("Id"), failed.Text("Code"), failed.GetProperty("SenderFault").GetBoolean()));
        Assert.Equal(0, Queue.Counts.Total);
    }

    [Fact]
    public async Task A_batch_without_failures_has_no_Failed_member()
    {
        Queue.Enqueue("a");
        var handle = Assert.Single(await Sqs.ReceiveAsync(Url)).Handle();
        Assert.False((await Sqs.OkAsync("DeleteMessageBatch", Batch(("0", handle)))).TryGetProperty("Failed", out _));
        Assert.False((await Sqs.OkAsync("DeleteMessageBatch", Batch(("0", "x")))).TryGetProperty("Successful", out _));
    }

    public static TheoryData<string, string[]> RefusedBatches => new()
    {
        { "com.amazonaws.sqs#EmptyBatchRequest", [] },
        { "com.amazonaws.sqs#TooManyEntriesInBatchRequest", [.. Enumerable.Range(0, 11).Select(static i => $"{i}")] },
        { "com.amazonaws.sqs#BatchEntryIdsNotDistinct", ["0", "1", "0"] },
        { "com.amazonaws.sqs#InvalidBatchEntryId", ["a b"] },
        { "com.amazonaws.sqs#InvalidBatchEntryId", [string.Empty] },
        { "com.amazonaws.sqs#InvalidBatchEntryId", [new string('x', 81)] },
    };

    [Theory]
    [MemberData(nameof(RefusedBatches))]
    public async Task A_batch_against_the_rules_is_refused_as_a_whole(string type, string[] ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        Queue.Enqueue("m");
        var handle = Assert.Single(await Sqs.ReceiveAsync(Url)).Handle();
        foreach (var operation in new[] { "DeleteMessageBatch", "ChangeMessageVisibilityBatch" })
        {
            await Sqs.FailsAsync(operation, Batch([.. ids.Select(id => (id, handle))]), type);
        }

        await Sqs.FailsAsync("SendMessageBatch", new { QueueUrl = Url, Entries = ids.Select(static id => new { Id = id, MessageBody = "x" }) }, type);
        Assert.Equal(new QueueCounts(0, 1), Queue.Counts);
    }

    private object Batch(params (string Id, string Handle)[] entries) =>
        new { QueueUrl = Url, Entries = entries.Select(static entry => new { entry.Id, ReceiptHandle = entry.Handle }) };
}
