using System.Text;
using PersistentCacheService.Tracing;
using TestKit.Messages;

namespace PersistentCacheService.Tests.Tracing;

public sealed class StiggTraceTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Event = $$"""{"type":"customer.updated","metadata":{"traceId":"not this"},"list":[{"traceId":"nor this"}],"traceId":"{{Trace}}","id":"c"}""";

    public static TheoryData<string> Wrapped => [Event, StiggMessages.InSns(Event), StiggMessages.InEventBridge(Event, "customer.updated"), $$"""{"type":"x","payload":{{Event}}}""", StiggMessages.InSns(StiggMessages.InSns(Event))];

    [Theory]
    [MemberData(nameof(Wrapped))]
    public void It_is_found_in_every_envelope(string body)
    {
        var found = Find(body)!.Value;

        Assert.Equal((Trace, Trace, "0000000000000000"), (found.Text, found.Link!.Value.Context.TraceId.ToHexString(), found.Link!.Value.Context.SpanId.ToHexString()));
        Assert.Equal([new KeyValuePair<string, object?>("stigg.trace_id", Trace)], found.Link!.Value.Tags!);
    }

    [Theory]
    [InlineData("0BF92F35-77b3-4da6-a3ce-929d0e0e4736", "0bf92f3577b34da6a3ce929d0e0e4736")]
    [InlineData("4BF92F3577B34DA6A3CE929D0E0E4736", Trace)]
    [InlineData("4b7d6f2e91c84a5f", null)]
    [InlineData("8131423187654321", null)]
    [InlineData("00000000000000000000000000000000", null)]
    [InlineData("00000000-0000-0000-0000-000000000000", null)]
    [InlineData("a text", null)]
    public void Only_a_trace_id_becomes_a_link(string text, string? linked)
    {
        var found = Find($$"""{"traceId":"{{text}}"}""")!.Value;

        Assert.Equal((text, linked), (found.Text, found.Link?.Context.TraceId.ToHexString()));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"traceId":""}""")]
    [InlineData("""{"traceId":7}""")]
    [InlineData("""{"traceId":null}""")]
    [InlineData("""{"traceId":"a\nb"}""")]
    [InlineData("""{"traceId":"é"}""")]
    [InlineData("""{"traceId":"\ud800"}""")]
    [InlineData("""{"payload":"{\"traceId\":\"x"}""")]
    [InlineData("""{"payload":"\ud800"}""")]
    [InlineData("""{"payload":"a text"}""")]
    [InlineData("not JSON")]
    [InlineData("")]
    public void What_is_none_is_not_found(string body) => Assert.Null(Find(body));

    [Fact]
    public void What_is_too_long_or_wrapped_too_often_is_not_found()
    {
        Assert.Null(Find($$"""{"traceId":"{{new string('a', 129)}}"}"""));
        Assert.Null(Find(Enumerable.Range(0, 5).Aggregate(Event, static (body, _) => StiggMessages.InSns(body))));
    }

    private static StiggTrace? Find(string body) => StiggTrace.Find(Encoding.UTF8.GetBytes(body));
}
