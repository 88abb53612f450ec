using System.Diagnostics;
using System.Globalization;
using System.Text;
using Amazon.SQS.Model;
using PersistentCacheService.Tracing;

namespace PersistentCacheService.Tests.Tracing;

public sealed class ProducerContextTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Span = "00f067aa0ba902b7";
    private const string Header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

    [Theory]
    [InlineData($"00-{Trace}-{Span}-01", true)]
    [InlineData($"00-{Trace}-{Span}-00", false)]
    [InlineData($"00-{Trace}-{Span}-ff", true)]
    [InlineData($"01-{Trace}-{Span}-01", true)]
    [InlineData($"01-{Trace}-{Span}-01-more", true)]
    public void A_traceparent_is_read(string parent, bool isSampled)
    {
        var context = ProducerContext.FromTraceParent(parent, "vendor=1")!.Value;

        Assert.Equal((isSampled, "vendor=1", true), (context.IsSampled, context.State, context.HasSpan));
        Assert.Equal((Trace, Span, "vendor=1", true), (context.Context.TraceId.ToHexString(), context.Context.SpanId.ToHexString(), context.Context.TraceState, context.Context.IsRemote));
        Assert.Equal(isSampled ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None, context.Context.TraceFlags);
    }

    [Theory]
    [InlineData("")]
    [InlineData($"00-{Trace}-{Span}")]
    [InlineData($"00-{Trace}-{Span}-1")]
    [InlineData($"00-{Trace}-{Span}-01-more")]
    [InlineData($"01-{Trace}-{Span}-01more")]
    [InlineData($"ff-{Trace}-{Span}-01")]
    [InlineData($"0x-{Trace}-{Span}-01")]
    [InlineData($"00-{Trace}-{Span}-0g")]
    [InlineData($"00_{Trace}_{Span}_01")]
    [InlineData($"00-00000000000000000000000000000000-{Span}-01")]
    [InlineData($"00-{Trace}-0000000000000000-01")]
    [InlineData($"00-4BF92F3577B34DA6A3CE929D0E0E4736-{Span}-01")]
    [InlineData($"00-+bf92f3577b34da6a3ce929d0e0e4736-{Span}-01")]
    [InlineData($"00- bf92f3577b34da6a3ce929d0e0e4736-{Span}-01")]
    [InlineData($" 00-{Trace}-{Span}-01")]
    public void A_malformed_traceparent_is_none(string parent) => Assert.Null(ProducerContext.FromTraceParent(parent, null));

    [Fact]
    public void A_tracestate_that_is_too_long_or_not_printable_is_dropped()
    {
        foreach (var state in new[] { "", new string('x', 513), "a=\n", "a=é" })
        {
            Assert.Null(ProducerContext.FromTraceParent($"00-{Trace}-{Span}-01", state)!.Value.State);
        }

        Assert.Equal(512, ProducerContext.FromTraceParent($"00-{Trace}-{Span}-01", new string('x', 512))!.Value.State!.Length);
    }

    [Theory]
    [InlineData(Header, "53995c3f42cd8ad8", true)]
    [InlineData("Sampled=0; Parent=53995c3f42cd8ad8; Root=1-5759e988-bd862e3fe1be46a994272793; Lineage=a87bd80c:1|68fd508a:5", "53995c3f42cd8ad8", false)]
    [InlineData("Self=1-67891234-abcdef012345678912345678;Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=?", "0000000000000000", null)]
    [InlineData("Root=1-5759e988-bd862e3fe1be46a994272793", "0000000000000000", null)]
    [InlineData("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=short;Sampled=yes", "0000000000000000", null)]
    public void A_header_of_x_ray_is_read(string header, string span, bool? isSampled)
    {
        var context = ProducerContext.FromTraceHeader(header)!.Value;

        Assert.Equal(("5759e988bd862e3fe1be46a994272793", span, isSampled), (context.Context.TraceId.ToHexString(), context.Context.SpanId.ToHexString(), context.IsSampled));
        Assert.Equal(span.Any(static digit => digit != '0'), context.HasSpan);
    }

    [Theory]
    [InlineData("")]
    [InlineData(";;;")]
    [InlineData("Root=")]
    [InlineData("Root=2-5759e988-bd862e3fe1be46a994272793")]
    [InlineData("Root=1-5759e988-bd862e3fe1be46a99427279")]
    [InlineData("Root=1-5759e988-bd862e3fe1be46a99427279g;Sampled=1")]
    [InlineData("Root=1-00000000-000000000000000000000000")]
    [InlineData("root=1-5759e988-bd862e3fe1be46a994272793")]
    [InlineData("Root=4bf92f3577b34da6a3ce929d0e0e4736")]
    public void A_malformed_header_of_x_ray_is_none(string header) => Assert.Null(ProducerContext.FromTraceHeader(header));

    [Fact]
    public void An_oversized_header_of_x_ray_is_none() => Assert.Null(ProducerContext.FromTraceHeader(Header + ";x=" + new string('x', 1000)));

    [Fact]
    public void The_attribute_comes_before_the_header_unless_it_is_malformed()
    {
        Assert.Equal(Trace, Of($"00-{Trace}-{Span}-01", Header)?.Context.TraceId.ToHexString());
        Assert.Equal("5759e988bd862e3fe1be46a994272793", Of("00-nonsense", Header)?.Context.TraceId.ToHexString());
        Assert.Equal("5759e988bd862e3fe1be46a994272793", Of($"00-{Trace}-{Span}-01", Header, dataType: "Binary")?.Context.TraceId.ToHexString());
        Assert.Null(Of(null, null));

        // The envelope of SNS stands between the two.
        var other = new string('a', 32);
        var envelope = SnsAttributesTests.Envelope(("traceparent", "String", $"00-{other}-{Span}-01"));
        Assert.Equal(Trace, Of($"00-{Trace}-{Span}-01", Header, body: envelope)?.Context.TraceId.ToHexString());
        Assert.Equal(other, Of("00-nonsense", Header, body: envelope)?.Context.TraceId.ToHexString());
        Assert.Equal("5759e988bd862e3fe1be46a994272793", Of(null, Header, body: envelope.Replace("-01", "-0x", StringComparison.Ordinal))?.Context.TraceId.ToHexString());
        Assert.Null(ProducerContext.Of(new Message(), default));
    }

    [Fact]
    public void A_ratio_falls_evenly_on_ids_of_x_ray_which_begin_with_the_time()
    {
        var sampling = new SpanSampling(FollowsProducer: false, Ratio: 0.1);
        var random = new Random(1);
        var ids = Enumerable.Range(0, 10_000).Select(_ => ProducerContext.FromTraceHeader(string.Create(CultureInfo.InvariantCulture, $"Root=1-6a290000-{random.NextInt64(1L << 48):x12}{random.NextInt64(1L << 48):x12}")));

        // The deviation is 30.
        Assert.InRange(ids.Count(id => sampling.Decide(id, drawn: 0)), 850, 1150);
    }

    [Theory]
    [InlineData(true, 0, true, true)]
    [InlineData(true, 1, false, false)]
    [InlineData(true, 1, null, true)]
    [InlineData(true, 0, null, false)]
    [InlineData(false, 0, true, false)]
    [InlineData(false, 1, false, true)]
    public void The_producers_decision_counts_where_the_sampler_follows_it(bool follows, double ratio, bool? decision, bool expected) =>
        Assert.Equal(expected, new SpanSampling(follows, ratio).Decide(new ProducerContext(ulong.MaxValue, 1, decision, null), 0));

    [Fact]
    public void Without_a_producer_chance_decides()
    {
        Assert.True(new SpanSampling(true, 0.5).Decide(null, 0.49));
        Assert.False(new SpanSampling(true, 0.5).Decide(null, 0.5));
        Assert.False(new SpanSampling(true, 0).Decide(null, 0));
        Assert.True(new SpanSampling(true, 1).Decide(null, 0.999));
    }

    [Theory]
    [InlineData($"00-{Trace}-{Span}-00", null, "{}")]
    [InlineData(null, "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0", "{}")]
    [InlineData(null, null, "{}")]
    [InlineData(null, null, $$$$$"""{"Type":"Notification","Message":"{}","MessageAttributes":{"traceparent":{"Type":"String","Value":"00-{{{{{Trace}}}}}-{{{{{Span}}}}}-00"},"tracestate":{"Type":"String","Value":"a=1"}}}""")]
    [InlineData(null, null, """{"Type":"Notification","Message":"{}","MessageAttributes":{"traceparent":{"Type":"String","Value":"nonsense"}}}""")]
    public void Deciding_against_a_message_leaves_no_garbage(string? parent, string? header, string text)
    {
        const int Times = 10_000;
        var message = Message(parent, header);
        var body = Encoding.UTF8.GetBytes(text);
        var sampling = new SpanSampling(FollowsProducer: true, Ratio: 0);
        var traced = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Times; i++)
        {
            traced += sampling.Decide(ProducerContext.Of(message, body), 0.5) ? 1 : 0;
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Times, 0, 0);
        Assert.Equal(0, traced);
    }

    private static ProducerContext? Of(string? parent, string? header, string dataType = "String", string body = "{}") =>
        ProducerContext.Of(Message(parent, header, dataType), Encoding.UTF8.GetBytes(body));

    private static Message Message(string? parent, string? header, string dataType = "String") => new()
    {
        MessageAttributes = parent is null ? null : new() { ["traceparent"] = new MessageAttributeValue { DataType = dataType, StringValue = parent } },
        Attributes = header is null ? null : new() { ["AWSTraceHeader"] = header },
    };
}
