using System.Text.Json.Nodes;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Messages;

namespace PersistentCacheService.IntegrationTests.Tracing;

/// <summary>The spans of a message, as a collector gets them from the worker's process.</summary>
public sealed class TraceTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Span = "00f067aa0ba902b7";
    private const string Usage = """{"type":"usageUpdatedV2","customerId":"private-customer","entitlementReference":{"type":"FEATURE","id":"private-feature"},"usage":{"currentUsage":7,"usageUpdatedAt":1777629600000}}""";

    private static readonly string[] Documented =
    [
        "messaging.system", "messaging.destination.name", "messaging.operation.name", "messaging.operation.type", "messaging.message.id", "messaging.message.body.size",
        "messaging.batch.message_count", "server.address", "server.port", "persistent_cache.receive_count", "persistent_cache.message_type", "persistent_cache.outcome",
        "stigg.trace_id", "error.type", "http.request.method", "http.response.status_code", "url.template",
    ];

    [SkippableTheory]
    [InlineData("http/protobuf")]
    [InlineData("grpc")]
    public async Task A_message_continues_its_producers_trace_from_the_receive_call_to_the_deletion(string protocol)
    {
        await using var world = await TracedWorld.StartAsync(protocol == "grpc");
        var id = await world.SendAsync(Usage, null, ("traceparent", $"00-{Trace}-{Span}-01"), ("tracestate", "vendor=1"));
        await using var worker = await world.WorkerAsync(("OTEL_EXPORTER_OTLP_PROTOCOL", protocol));

        var spans = await world.TraceOfAsync(worker, id, "receive q", "process q", "decode", "apply", "delete q");

        Assert.Equal(5, spans.Count);
        var process = spans.Single(static span => span.Name == "process q");
        Assert.Equal((Trace, Span, "vendor=1", 5, 0), (process.TraceId, process.ParentId, process.State, process.Kind, process.Status));
        Assert.Equal([$"{Trace}-{Span}"], process.Links);
        Assert.Equal(("aws_sqs", "q", "process", "process", id), (
            process.Attributes["messaging.system"], process.Attributes["messaging.destination.name"], process.Attributes["messaging.operation.name"],
            process.Attributes["messaging.operation.type"], process.Attributes["messaging.message.id"]));
        Assert.Equal(("usage_updated", "skipped_absent", "1", "127.0.0.1"), (
            process.Attributes["persistent_cache.message_type"], process.Attributes["persistent_cache.outcome"], process.Attributes["persistent_cache.receive_count"],
            process.Attributes["server.address"]));
        Assert.All(spans.Where(span => span != process), span => Assert.Equal(process.SpanId, span.ParentId));
        Assert.All(spans, static span => Assert.True(span.Began <= span.Ended && span.Began > 0, span.ToString()));
        var (receive, delete) = (spans.Single(static span => span.Name == "receive q"), spans.Single(static span => span.Name == "delete q"));
        Assert.Equal((3, "receive", "1"), (receive.Kind, receive.Attributes["messaging.operation.type"], receive.Attributes["messaging.batch.message_count"]));
        Assert.Equal((3, "settle", "delete"), (delete.Kind, delete.Attributes["messaging.operation.type"], delete.Attributes["messaging.operation.name"]));
        var line = await worker.WaitForEventAsync(1200);
        Assert.Equal((Trace, process.SpanId, "01"), ((string?)line["trace_id"], (string?)line["span_id"], (string?)line["trace_flags"]));
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableFact]
    public async Task A_message_continues_the_trace_of_its_x_ray_header()
    {
        await using var world = await TracedWorld.StartAsync();
        var id = await world.SendAsync(Usage, "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1");
        await using var worker = await world.WorkerAsync();

        var process = (await world.TraceOfAsync(worker, id, "process q")).Single(static span => span.Name == "process q");

        Assert.Equal(("5759e988bd862e3fe1be46a994272793", "53995c3f42cd8ad8"), (process.TraceId, process.ParentId));
    }

    [SkippableFact]
    public async Task A_message_continues_the_trace_in_its_SNS_envelope()
    {
        await using var world = await TracedWorld.StartAsync();
        var envelope = JsonNode.Parse(StiggMessages.InSns(Usage))!;
        envelope["MessageAttributes"] = JsonNode.Parse($$$"""{"traceparent":{"Type":"String","Value":"00-{{{Trace}}}-{{{Span}}}-01"},"tracestate":{"Type":"String","Value":"vendor=1"}}""");
        var id = await world.SendAsync(envelope.ToJsonString());
        await using var worker = await world.WorkerAsync();

        var process = (await world.TraceOfAsync(worker, id, "process q")).Single(static span => span.Name == "process q");

        Assert.Equal((Trace, Span, "vendor=1", "usage_updated"), (process.TraceId, process.ParentId, process.State, process.Attributes["persistent_cache.message_type"]));
        Assert.Equal([$"{Trace}-{Span}"], process.Links);
    }

    [SkippableFact]
    public async Task An_emulator_that_is_not_ours_gives_the_same()
    {
        Prerequisite.Npm.Demand();
        await using var world = await TracedWorld.StartAsync();
        await using var sqs = await FauxqsServer.StartAsync();
        var url = await sqs.CreateQueueAsync("q");
        await using var worker = await world.WorkerAsync(("QUEUE_URL", url), ("AWS_REGION", sqs.Region));
        var id = (string)(await sqs.CallAsync("SendMessage", TracedWorld.Request(url, Usage, null, ("traceparent", $"00-{Trace}-{Span}-01"))))["MessageId"]!;

        var process = (await world.TraceOfAsync(worker, id, "process q", "delete q")).Single(static span => span.Name == "process q");

        Assert.Equal((Trace, Span), (process.TraceId, process.ParentId));
    }

    [SkippableFact]
    public async Task A_refresh_shows_the_call_and_the_edge_api_learns_the_trace()
    {
        await using var world = await TracedWorld.StartAsync();
        world.Edge.Store("private-customer", null, []);
        world.Edge.AnswerFor["busy"] = EdgeAnswer.Unauthorized;
        var id = await world.SendAsync(StiggMessages.EntitlementsWebhook("private-customer").Replace("4b7d6f2e91c84a5f", Trace, StringComparison.Ordinal), null, ("traceparent", $"00-{Trace[..31]}7-{Span}-01"), ("tracestate", "vendor=1"));
        await using var worker = await world.WorkerAsync();

        const string Get = "GET /v1/c/{customerId}/entitlements-state.json";
        var spans = await world.TraceOfAsync(worker, id, "process q", "apply", Get, "delete q");

        var (process, apply, get) = (spans.Single(static span => span.Name == "process q"), spans.Single(static span => span.Name == "apply"), spans.Single(static span => span.Name == Get));
        Assert.Equal((apply.SpanId, 3, "200", "127.0.0.1"), (get.ParentId, get.Kind, get.Attributes["http.response.status_code"], get.Attributes["server.address"]));
        Assert.Equal([$"{Trace[..31]}7-{Span}", $"{Trace}-0000000000000000"], process.Links);
        Assert.Equal(Trace, process.Attributes["stigg.trace_id"]);
        var call = Assert.Single(world.Edge.Calls, static call => call.CustomerId == "private-customer");
        Assert.Equal(($"00-{Trace[..31]}7-{get.SpanId}-01", "vendor=1"), (call.Headers["traceparent"], call.Headers["tracestate"]));
        Assert.All(world.Edge.Calls.Where(static call => call.CustomerId is null), static call => Assert.False(call.Headers.ContainsKey("traceparent")));
    }

    [SkippableFact]
    public async Task What_cannot_be_done_is_an_error_of_its_spans()
    {
        await using var world = await TracedWorld.StartAsync();
        world.Edge.Answer = EdgeAnswer.Unauthorized;
        var returned = await world.SendAsync(StiggMessages.EntitlementsWebhook("private-customer"));
        var malformed = await world.SendAsync(StiggMessages.Malformed["not JSON"]);
        await using var worker = await world.WorkerAsync();

        var spans = await world.TraceOfAsync(worker, returned, "process q", "return q", "GET /v1/c/{customerId}/entitlements-state.json");
        Assert.Equal(("edge_api_unavailable", 2), (Error(spans, "process q"), spans.Single(static span => span.Name == "process q").Status));
        Assert.Equal(("edge_api_unavailable", "401", ""), (Error(spans, "apply"), Error(spans, "GET /v1/c/{customerId}/entitlements-state.json"), Error(spans, "return q")));
        Assert.Equal("4b7d6f2e91c84a5f", spans.Single(static span => span.Name == "process q").Attributes["stigg.trace_id"]);

        spans = await world.TraceOfAsync(worker, malformed, "process q", "decode", "receive q");
        Assert.Equal(("malformed", "malformed"), (Error(spans, "process q"), Error(spans, "decode")));
        var line = await worker.WaitForEventAsync(1201);
        Assert.Equal(spans[0].TraceId, (string?)line["trace_id"]);

        static string Error(IReadOnlyList<CollectedSpan> spans, string name) => spans.Single(span => span.Name == name).Attributes.GetValueOrDefault("error.type", "");
    }

    [SkippableFact]
    public async Task No_span_holds_a_secret_a_body_a_handle_or_a_customer()
    {
        await using var world = await TracedWorld.StartAsync();
        world.Edge.Store("private-customer", null, []);
        foreach (var body in new[] { Usage, StiggMessages.EntitlementsWebhook("private-customer"), StiggMessages.InSns(Usage), "private-malformed" })
        {
            await world.SendAsync(body, null, ("traceparent", $"00-{Trace}-{Span}-01"), ("private-attribute", "private-value"));
        }

        await using var worker = await world.WorkerAsync(("REDIS_USERNAME", null));
        await worker.WaitAsync(
            () => Task.FromResult(world.Collector.Spans.Count(static span => span.Name == "delete q") == 3 && world.Collector.Spans.Count(static span => span.Name == "process q") == 4), "all messages are traced");

        Assert.All(world.Collector.Spans.SelectMany(static span => span.Attributes.Keys), static name => Assert.Contains(name, Documented));
        foreach (var secret in new[] { "private-", world.Edge.ApiKey, "AKIDTEST", "secret-access-key", "currentUsage" })
        {
            Assert.DoesNotContain(secret, world.Collector.SpanRequests, StringComparison.OrdinalIgnoreCase);
        }
    }
}
