using System.Text.Json;

namespace LocalSqs.Tests.Protocol;

public sealed class ChangeVisibilityTests : LocalSqsTest
{
    [Fact]
    public async Task Zero_gives_the_message_back_at_once()
    {
        Queue.Enqueue("m");
        await ChangeAsync(await ReceiveOneAsync(), 0);
        Assert.Equal(2, Assert.Single(await Sqs.ReceiveAsync(Url)).ReceiveCount());
    }

    [Fact]
    public async Task A_longer_timeout_counts_from_the_change()
    {
        Queue.Enqueue("m");
        var handle = await ReceiveOneAsync();
        Pass(20);
        await ChangeAsync(handle, 30);
        Pass(29);
        Assert.Empty(await Sqs.ReceiveAsync(Url));
        Pass(2);
        Assert.Single(await Sqs.ReceiveAsync(Url));
    }

    [Fact]
    public async Task A_shorter_timeout_takes_effect()
    {
        Queue.Enqueue("m");
        await ChangeAsync(await ReceiveOneAsync(), 1);
        Pass(1.1);
        Assert.Single(await Sqs.ReceiveAsync(Url));
    }

    [Fact]
    public async Task More_than_twelve_hours_in_all_are_refused()
    {
        Queue.Enqueue("m");
        var handle = await ReceiveOneAsync();
        Pass(10);
        await Sqs.FailsAsync("ChangeMessageVisibility", Request(handle, 43_200), "com.amazonaws.sqs#InvalidParameterValueException");
        await ChangeAsync(handle, 43_190);
    }

    [Fact]
    public async Task A_message_that_is_visible_again_is_not_in_flight()
    {
        Queue.Enqueue("m");
        var handle = await ReceiveOneAsync();
        Pass(31);
        await Sqs.FailsAsync("ChangeMessageVisibility", Request(handle, 10), "com.amazonaws.sqs#MessageNotInflight");
    }

    [Fact]
    public async Task A_deleted_message_is_refused()
    {
        Queue.Enqueue("m");
        var handle = await ReceiveOneAsync();
        await Sqs.DeleteAsync(Url, handle);
        var reply = await Sqs.FailsAsync("ChangeMessageVisibility", Request(handle, 10), "com.amazonaws.sqs#InvalidParameterValueException");
        Assert.Contains("does not exist or is not available for visibility timeout change", reply.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_earlier_receives_handle_is_refused()
    {
        Queue.Enqueue("m");
        var old = await ReceiveOneAsync();
        Pass(31);
        await ReceiveOneAsync();
        await Sqs.FailsAsync("ChangeMessageVisibility", Request(old, 0), "com.amazonaws.sqs#InvalidParameterValueException");
        Assert.Equal(1, Queue.Counts.InFlight);
    }

    [Fact]
    public async Task A_batch_changes_the_good_entries_and_says_which_are_bad()
    {
        Queue.Enqueue("m");
        var handle = await ReceiveOneAsync();
        var reply = await Sqs.OkAsync("ChangeMessageVisibilityBatch", new
        {
            QueueUrl = Url,
            Entries = new object[]
            {
                new { Id = "good", ReceiptHandle = handle, VisibilityTimeout = 0 },
                new { Id = "range", ReceiptHandle = handle, VisibilityTimeout = -1 },
                new { Id = "handle", ReceiptHandle = "x", VisibilityTimeout = 0 },
            },
        });
        Assert.Equal("good", Assert.Single(reply.Entries("Successful")).Text("Id"));
        Assert.Equal(
            [("range", "InvalidParameterValue"), ("handle", "ReceiptHandleIsInvalid")],
            reply.Entries("Failed").Select(static entry => (entry.Text("Id"), entry.Text("Code"))));
        Assert.Equal(1, Queue.Counts.Ready);
    }

    private async Task<string> ReceiveOneAsync() => Assert.Single(await Sqs.ReceiveAsync(Url)).Handle();

    private object Request(string handle, int seconds) => new { QueueUrl = Url, ReceiptHandle = handle, VisibilityTimeout = seconds };

    private Task<JsonElement> ChangeAsync(string handle, int seconds) => Sqs.OkAsync("ChangeMessageVisibility", Request(handle, seconds));
}
