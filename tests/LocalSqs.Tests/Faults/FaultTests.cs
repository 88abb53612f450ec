using System.Net;
using LocalSqs.Faults;
using LocalSqs.Protocol;

namespace LocalSqs.Tests.Faults;

public sealed class FaultTests : LocalSqsTest
{
    [Theory]
    [InlineData(SqsFaultKind.Throttle, HttpStatusCode.BadRequest, "com.amazonaws.sqs#RequestThrottled")]
    [InlineData(SqsFaultKind.InternalError, HttpStatusCode.InternalServerError, "com.amazon.coral.service#InternalFailure")]
    [InlineData(SqsFaultKind.ServiceUnavailable, HttpStatusCode.ServiceUnavailable, "com.amazon.coral.service#ServiceUnavailableException")]
    [InlineData(SqsFaultKind.ExpiredCredentials, HttpStatusCode.Forbidden, "com.amazon.coral.service#ExpiredTokenException")]
    [InlineData(SqsFaultKind.AccessDenied, HttpStatusCode.Forbidden, "com.amazon.coral.service#AccessDeniedException")]
    public async Task An_error_fault_answers_its_code_and_executes_nothing(SqsFaultKind kind, HttpStatusCode status, string type)
    {
        Queue.Enqueue("m");
        using (Server.Faults.Inject(kind))
        {
            await Sqs.FailsAsync("ReceiveMessage", new { QueueUrl = Url }, type, status);
        }

        Assert.Equal(1, Assert.Single(await Sqs.ReceiveAsync(Url)).ReceiveCount());
    }

    [Fact]
    public async Task A_fault_strikes_only_its_operation_and_only_so_often()
    {
        Server.Faults.Inject(new SqsFault(SqsFaultKind.Throttle) { Operation = SqsOperation.ReceiveMessage, Times = 2 });
        await Sqs.SendAsync(Url, "m");
        for (var i = 0; i < 2; i++)
        {
            await Sqs.FailsAsync("ReceiveMessage", new { QueueUrl = Url }, "com.amazonaws.sqs#RequestThrottled");
        }

        Assert.Single(await Sqs.ReceiveAsync(Url));
    }

    [Fact]
    public async Task A_fault_with_a_probability_strikes_its_share_of_the_calls()
    {
        Server.Faults.Inject(new SqsFault(SqsFaultKind.Throttle) { Probability = 0.3 });
        var failed = 0;
        for (var i = 0; i < 300; i++)
        {
            failed += (await Sqs.CallAsync("GetQueueAttributes", new { QueueUrl = Url })).Status == HttpStatusCode.OK ? 0 : 1;
        }

        Assert.InRange(failed, 50, 140); // 90 expected; seeded, so the same every time
    }

    [Fact]
    public async Task A_reset_connection_executes_nothing()
    {
        Queue.Enqueue("m");
        using (Server.Faults.Inject(SqsFaultKind.Reset))
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => Sqs.CallAsync("ReceiveMessage", new { QueueUrl = Url }));
        }

        Assert.Equal(0, Assert.Single(Queue.Peek()).ReceiveCount);
    }

    [Fact]
    public async Task A_connection_reset_after_execution_loses_only_the_answer()
    {
        Queue.Enqueue("m");
        using (Server.Faults.Inject(SqsFaultKind.ResetAfterExecution))
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => Sqs.CallAsync("ReceiveMessage", new { QueueUrl = Url }));
        }

        Assert.Equal(new QueueCounts(0, 1), Queue.Counts);
    }

    [Theory]
    [InlineData(SqsFaultKind.Hang, 0)]
    [InlineData(SqsFaultKind.HangMidBody, 1)]
    public async Task A_hanging_call_never_ends_by_itself(SqsFaultKind kind, int inFlight)
    {
        Queue.Enqueue("m");
        using var injected = Server.Faults.Inject(kind);
        using var cancel = new CancellationTokenSource();
        var call = Sqs.CallAsync("ReceiveMessage", new { QueueUrl = Url }, cancel.Token);
        await Eventually.HoldsAsync(() => Time.WaitingTimers > 0 || Queue.Counts.InFlight == inFlight, "the server has the call");
        Pass(3600);
        Assert.False(call.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_server_stops_although_a_call_hangs_and_its_clock_stands_still()
    {
        Server.Faults.Inject(SqsFaultKind.HangMidBody);
        var call = Sqs.CallAsync("ReceiveMessage", new { QueueUrl = Url });
        await Eventually.HoldsAsync(() => Queue.Figures.Receives == 1, "the call hangs");
        await Server.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => call);
    }

    [Fact]
    public async Task Garbage_and_empty_bodies_come_with_status_200()
    {
        Queue.Enqueue("a", "b");
        using (Server.Faults.Inject(SqsFaultKind.GarbageBody))
        {
            var reply = await Sqs.CallAsync("ReceiveMessage", new { QueueUrl = Url });
            Assert.Equal(HttpStatusCode.OK, reply.Status);
            Assert.ThrowsAny<System.Text.Json.JsonException>(() => reply.Json);
        }

        using (Server.Faults.Inject(SqsFaultKind.EmptyBody))
        {
            Assert.Equal((HttpStatusCode.OK, string.Empty), Pair(await Sqs.CallAsync("ReceiveMessage", new { QueueUrl = Url })));
        }

        Assert.Equal(2, Queue.Counts.InFlight);
    }

    [Theory]
    [InlineData(SqsFaultKind.EntryFailsOnServer, "InternalError", false)]
    [InlineData(SqsFaultKind.EntryFailsOnSender, "ReceiptHandleIsInvalid", true)]
    public async Task Single_entries_of_a_batch_can_fail(SqsFaultKind kind, string code, bool senderFault)
    {
        Queue.Enqueue("a", "b", "c");
        var entries = (await Sqs.ReceiveAsync(Url)).Select(static (message, i) => new { Id = $"{i}", ReceiptHandle = message.Handle() }).ToList();
        Server.Faults.Inject(new SqsFault(kind) { Operation = SqsOperation.DeleteMessageBatch, Times = 2 });
        var reply = await Sqs.OkAsync("DeleteMessageBatch", new { QueueUrl = Url, Entries = entries });
        Assert.Equal(["2"], reply.Entries("Successful").Select(static entry => entry.Text("Id")));
        Assert.All(
            reply.Entries("Failed"), entry => Assert.Equal((code, senderFault), (entry.Text("Code"), entry.GetProperty("SenderFault").GetBoolean())));
        Assert.Equal(2, Queue.Counts.InFlight);
        Assert.Equal(3, (await Sqs.OkAsync("DeleteMessageBatch", new { QueueUrl = Url, Entries = entries })).Entries("Successful").Count());
    }

    [Fact]
    public async Task Latency_delays_every_call()
    {
        Server.Faults.Latency = TimeSpan.FromMilliseconds(15);
        var call = Sqs.SendAsync(Url, "m");
        await Eventually.HoldsAsync(() => Time.WaitingTimers == 1, "the call is held back");
        Assert.Equal(0, Queue.Counts.Total);
        Pass(0.015);
        await call;
        Assert.Equal(1, Queue.Counts.Total);
    }

    [Fact]
    public async Task The_servers_clock_can_be_wrong()
    {
        Server.Faults.ClockOffset = TimeSpan.FromMinutes(20);
        await Sqs.SendAsync(Url, "m");
        var reply = await Sqs.CallAsync("ReceiveMessage", new { QueueUrl = Url, AttributeNames = new[] { "SentTimestamp" } });
        var wrong = Time.GetUtcNow() + TimeSpan.FromMinutes(20);
        Assert.Equal(wrong.ToString("R", System.Globalization.CultureInfo.InvariantCulture), reply.Headers["Date"]);
        Assert.Equal($"{wrong.ToUnixTimeMilliseconds()}", SqsHttp.Messages(reply.Json)[0].Attribute("SentTimestamp"));
    }

    [Fact]
    public async Task Cleared_faults_strike_no_more()
    {
        Server.Faults.Inject(SqsFaultKind.Throttle);
        Server.Faults.Inject(SqsFaultKind.Reset);
        Server.Faults.Clear();
        Assert.Empty(await Sqs.ReceiveAsync(Url));
    }

    private static (HttpStatusCode, string) Pair(SqsReply reply) => (reply.Status, reply.Text);
}
