using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LocalSqs.Generation;

namespace LocalSqs.Tests.Control;

public sealed class ControlEndpointsTests : LocalSqsTest
{
    private readonly HttpClient _http = new();

    [Fact]
    public async Task A_fill_puts_generated_messages_into_the_queue()
    {
        Assert.Equal(30, (await PostAsync("fill?count=30&customers=5&seed=9&prime=1&startAt=1000")).GetProperty("filled").GetInt32());
        var options = new GeneratorOptions { Count = 30, Customers = 5, Seed = 9, Prime = true, StartAt = 1000 };
        Assert.Equal(MessageGenerator.Texts(options), Queue.Peek().Select(static message => message.Body));
    }

    [Fact]
    public async Task Pushed_bodies_are_received_as_they_are()
    {
        using var pushed = await _http.PostAsJsonAsync(Server.ControlUrl + "/push?queue=q", new[] { "a", "quote \" and é" });
        Assert.Equal(HttpStatusCode.OK, pushed.StatusCode);
        Assert.Equal(["a", "quote \" and é"], (await Sqs.ReceiveAsync(Url)).Select(JsonElementExtensions.Body));
    }

    [Fact]
    public async Task A_push_may_be_larger_than_any_request_to_SQS()
    {
        var bodies = Enumerable.Repeat(new string('x', 1000), 10_000).ToArray();
        using var pushed = await _http.PostAsJsonAsync(Server.ControlUrl + "/push", bodies);
        Assert.Equal((HttpStatusCode.OK, 10_000), (pushed.StatusCode, Queue.Counts.Ready));
    }

    [Fact]
    public async Task A_push_to_a_fifo_queue_names_its_group()
    {
        var fifo = Server.CreateQueue("orders.fifo");
        using var refused = await _http.PostAsJsonAsync(Server.ControlUrl + "/push?queue=orders.fifo", new[] { "a" });
        Assert.Equal((HttpStatusCode.BadRequest, 0), (refused.StatusCode, fifo.Counts.Total));
        using var pushed = await _http.PostAsJsonAsync(Server.ControlUrl + "/push?queue=orders.fifo&group=g", new[] { "a", "b" });
        Assert.Equal([("a", "g"), ("b", "g")], fifo.Peek().Select(static message => (message.Body, message.GroupId!)));
    }

    [Fact]
    public async Task Stats_tell_what_a_drain_did()
    {
        await PostAsync("fill?count=15");
        var messages = await Sqs.ReceiveAsync(Url);
        Pass(1);
        foreach (var message in messages)
        {
            await Sqs.DeleteAsync(Url, message.Handle());
        }

        await Sqs.ReceiveAsync(Url, maximum: 1);
        await Sqs.OkAsync("ReceiveMessage", new { QueueUrl = Url, MaxNumberOfMessages = 10 });
        await Sqs.ReceiveAsync(Url);
        var stats = await GetAsync("stats");
        Assert.Equal(
            (15, 15, 10, 4, 1, 0, 5),
            (Number(stats, "filled"), Number(stats, "received"), Number(stats, "deleted"), Number(stats, "receives"), Number(stats, "emptyReceives"), Number(stats, "ready"), Number(stats, "inflight")));
        Assert.Equal(1000, stats.GetProperty("lastDelete").GetDouble() - stats.GetProperty("firstReceive").GetDouble(), tolerance: 0.001);
        Assert.Equal((1000, 1000), (Rounded(stats, "heldP50"), Rounded(stats, "heldP99")));
        var requests = stats.GetProperty("requests");
        Assert.Equal((4, 10), (Number(requests, "ReceiveMessage"), Number(requests, "DeleteMessage")));
        Assert.True(stats.GetProperty("cpu").GetProperty("user").GetDouble() > 0);
        var reset = await PostAsync("reset-stats");
        Assert.Equal((0, JsonValueKind.Null), (Number(reset, "received"), reset.GetProperty("firstReceive").ValueKind));
    }

    [Fact]
    public async Task Messages_are_shown_with_their_receive_counts()
    {
        Queue.Enqueue("a", "b");
        await Sqs.ReceiveAsync(Url, maximum: 1);
        var messages = (await GetAsync("messages?maximum=5")).EnumerateArray().ToList();
        Assert.Equal([("b", 0, "ready"), ("a", 1, "inFlight")], messages.Select(static message => (message.Text("body"), Number(message, "receiveCount"), message.Text("state"))));
        await PostAsync("purge");
        Assert.Empty((await GetAsync("messages")).EnumerateArray());
    }

    [Fact]
    public async Task The_latency_can_be_set()
    {
        await PostAsync("latency?ms=15");
        Assert.Equal(TimeSpan.FromMilliseconds(15), Server.Faults.Latency);
    }

    [Theory]
    [InlineData("stats?queue=nowhere")]
    [InlineData("nothing")]
    [InlineData("messages?maximum=many")]
    public async Task What_cannot_be_done_is_said(string route)
    {
        using var response = await _http.GetAsync(new Uri($"{Server.ControlUrl}/{route}"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.NotEmpty((await response.Content.ReadFromJsonAsync<JsonElement>()).Text("error"));
    }

    [Fact]
    public async Task Health_names_the_queues() => Assert.Equal("UP", (await GetAsync("health")).Text("status"));

    // A step of the histogram is a sixteenth.
    private static double Rounded(JsonElement element, string name) => Math.Round(element.GetProperty(name).GetDouble() / 100) * 100;

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private async Task<JsonElement> PostAsync(string route)
    {
        using var response = await _http.PostAsync(new Uri($"{Server.ControlUrl}/{route}"), null);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private Task<JsonElement> GetAsync(string route) => _http.GetFromJsonAsync<JsonElement>($"{Server.ControlUrl}/{route}");
}
