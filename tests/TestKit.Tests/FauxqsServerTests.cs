namespace TestKit.Tests;

public sealed class FauxqsServerTests
{
    [SkippableFact]
    public async Task Pushed_messages_are_received_and_what_is_not_deleted_is_left()
    {
        await using var fauxqs = await FauxqsServer.StartAsync();
        var url = await fauxqs.CreateQueueAsync("queue", new Dictionary<string, string> { ["VisibilityTimeout"] = "30" });
        Assert.Equal(fauxqs.QueueUrl("queue"), url);

        await fauxqs.PushAsync("queue", Enumerable.Range(0, 2500).Select(static number => $"body {number}"));
        var received = await fauxqs.CallAsync("ReceiveMessage", new { QueueUrl = url, MaxNumberOfMessages = 10 });
        var handle = received["Messages"]![0]!["ReceiptHandle"]!.GetValue<string>();
        await fauxqs.CallAsync("DeleteMessage", new { QueueUrl = url, ReceiptHandle = handle });

        var left = await fauxqs.LeftAsync("queue");
        Assert.Equal(2499, left.Count);
        Assert.Equal(9, left.Count(static message => message.ReceiveCount == 1));
        Assert.DoesNotContain(left, static message => message.Body == "body 0");
    }

    [SkippableFact]
    public async Task An_unknown_queue_is_an_error_that_names_itself()
    {
        await using var fauxqs = await FauxqsServer.StartAsync();

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => fauxqs.CallAsync("ReceiveMessage", new { QueueUrl = fauxqs.QueueUrl("missing") }));

        Assert.Contains("QueueDoesNotExist", exception.Message, StringComparison.Ordinal);
    }
}
