using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace LocalSqs.Tests.Protocol;

public sealed class LongPollTests : LocalSqsTest
{
    [Fact]
    public async Task A_poll_waits_its_time_and_answers_empty()
    {
        var poll = PollAsync(seconds: 20);
        await WaitingAsync(1);
        Pass(19.9);
        Assert.False(poll.IsCompleted);
        Pass(0.2);
        Assert.Empty(await poll);
        Assert.Equal((1, 1), (Queue.Figures.Receives, Queue.Figures.EmptyReceives));
    }

    [Fact]
    public async Task A_poll_wakes_when_a_message_arrives()
    {
        var poll = PollAsync();
        await WaitingAsync(1);
        await Sqs.SendAsync(Url, "m");
        Assert.Equal("m", Assert.Single(await poll).Body());
    }

    [Fact]
    public async Task A_poll_gets_a_whole_batch_that_arrives()
    {
        var poll = PollAsync();
        await WaitingAsync(1);
        await Sqs.OkAsync(
            "SendMessageBatch", new { QueueUrl = Url, Entries = Enumerable.Range(0, 10).Select(static i => new { Id = $"{i}", MessageBody = $"{i}" }) });
        Assert.Equal(10, (await poll).Count);
    }

    [Fact]
    public async Task Of_several_polls_one_gets_the_message_and_the_others_go_on_waiting()
    {
        var polls = Enumerable.Range(0, 3).Select(_ => PollAsync()).ToList();
        await WaitingAsync(3);
        Queue.Enqueue("m");
        var winner = await Task.WhenAny(polls);
        Assert.Single(await winner);
        Assert.Equal(2, polls.Count(static poll => !poll.IsCompleted));
        Queue.Enqueue("n");
        Queue.Enqueue("o");
        Assert.All(await Task.WhenAll(polls), static messages => Assert.Single(messages));
    }

    [Fact]
    public async Task A_poll_wakes_when_a_hidden_message_becomes_visible()
    {
        Queue.Enqueue("m");
        await Sqs.ReceiveAsync(Url, visibility: 5);
        var poll = PollAsync();
        await WaitingAsync(1);
        Pass(5.1);
        Assert.Equal(2, Assert.Single(await poll).ReceiveCount());
    }

    [Fact]
    public async Task A_poll_wakes_when_a_message_is_given_back()
    {
        Queue.Enqueue("m");
        var handle = Assert.Single(await Sqs.ReceiveAsync(Url)).Handle();
        var poll = PollAsync();
        await WaitingAsync(1);
        await Sqs.OkAsync("ChangeMessageVisibility", new { QueueUrl = Url, ReceiptHandle = handle, VisibilityTimeout = 0 });
        Assert.Single(await poll);
    }

    [Fact]
    public async Task The_queues_own_wait_time_counts_when_the_receive_names_none()
    {
        var created = await Sqs.OkAsync("CreateQueue", new { QueueName = "patient", Attributes = new { ReceiveMessageWaitTimeSeconds = "3" } });
        var poll = Sqs.OkAsync("ReceiveMessage", new { QueueUrl = created.Text("QueueUrl") });
        await WaitingAsync(1, "patient");
        Pass(3.1);
        Assert.Empty(SqsHttp.Messages(await poll));
    }

    [Fact]
    public async Task A_client_that_hung_up_takes_no_message()
    {
        using (var gone = new TcpClient())
        {
            var endpoint = new Uri(Server.ServiceUrl);
            await gone.ConnectAsync(endpoint.Host, endpoint.Port);
            var body = $$"""{"QueueUrl":"{{Url}}","WaitTimeSeconds":20}""";
            await gone.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AmazonSQS.ReceiveMessage\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
            await WaitingAsync(1);
        }

        await WaitingAsync(0);
        Queue.Enqueue("m");
        Assert.Equal(1, Assert.Single(await Sqs.ReceiveAsync(Url)).ReceiveCount());
    }

    [Fact]
    public async Task A_poll_of_a_queue_that_is_deleted_fails()
    {
        var poll = Sqs.CallAsync("ReceiveMessage", new { QueueUrl = Url, WaitTimeSeconds = 20 });
        await WaitingAsync(1);
        Server.DeleteQueue("q");
        Assert.Equal("com.amazonaws.sqs#QueueDoesNotExist", (await poll).ErrorType);
    }

    [Fact]
    public async Task A_server_that_stops_answers_its_polls()
    {
        await using var server = await LocalSqsServer.StartAsync(new LocalSqsOptions { Queues = [new LocalQueueOptions("q")] });
        using var sqs = new SqsHttp(server);
        var poll = sqs.OkAsync("ReceiveMessage", new { QueueUrl = server.QueueUrl("q"), WaitTimeSeconds = 20 });
        await Eventually.HoldsAsync(() => server.FindQueue("q").WaitingReceives == 1, "the poll waits");
        await server.DisposeAsync();
        Assert.Empty(SqsHttp.Messages(await poll));
    }

    private async Task<List<JsonElement>> PollAsync(int seconds = 20) => SqsHttp.Messages(await Sqs.OkAsync(
        "ReceiveMessage",
        new { QueueUrl = Url, MaxNumberOfMessages = 10, WaitTimeSeconds = seconds, MessageSystemAttributeNames = new[] { "All" } }));

    /// <summary>With their timers, which they get after they are counted: a clock that is moved in between would count for nothing.</summary>
    private Task WaitingAsync(int polls, string queue = "q") => Eventually.HoldsAsync(
        () => Server.FindQueue(queue).WaitingReceives == polls && Time.WaitingTimers >= polls, $"{polls} polls wait");
}
