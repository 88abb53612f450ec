using System.Text;
using System.Text.Json.Nodes;
using Amazon.SQS.Model;
using PersistentCacheService.Tracing;
using TestKit.Messages;

namespace PersistentCacheService.Tests.Tracing;

public sealed class SnsAttributesTests
{
    private const string Parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    [Fact]
    public void The_attributes_of_an_envelope_continue_the_trace()
    {
        var body = Encoding.UTF8.GetBytes(Envelope(("traceparent", "String", Parent), ("tracestate", "String", "vendor=1")));
        var found = ProducerContext.Of(new Message(), body)!.Value;
        var context = found.WithState(body).Context;

        Assert.Equal(("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", true), (context.TraceId.ToHexString(), context.SpanId.ToHexString(), found.IsSampled));
        Assert.Equal((null, "vendor=1"), (found.State, context.TraceState));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("é")]
    public void A_state_that_no_header_may_hold_is_dropped(string state)
    {
        var body = Encoding.UTF8.GetBytes(Envelope(("traceparent", "String", Parent), ("tracestate", "String", state)));

        Assert.Null(ProducerContext.Of(new Message(), body)!.Value.WithState(body).State);
        Assert.Null(ProducerContext.Of(new Message(), Encoding.UTF8.GetBytes(Envelope(("traceparent", "String", Parent))))!.Value.WithState(body: default).State);
    }

    [Fact]
    public void Attributes_are_found_wherever_they_stand_behind_the_type_and_however_they_are_spelled()
    {
        var spelled = $$$"""{"Type":"Notification","MessageAttributes":{"x":{"traceparent":1},"trace\u0070arent":[],"traceparent":{"Value":"\u0030{{{Parent[1..]}}}","Other":{"Value":"no"},"Type":"String.w3c"}},"Message":"{\"a\":[1]}"}""";

        // A name that is spelled with escapes is another one to the search, but not to the reader: the first of two counts.
        Assert.Equal("", Read(spelled));
        Assert.Equal(Parent, Read(spelled.Replace("trace\\u0070arent", "y", StringComparison.Ordinal)));
        Assert.Equal(Parent, Read('\ufeff' + Envelope(("traceparent", "String", Parent))));
    }

    [Theory]
    [InlineData("""{"Type":"Notification","Message":"traceparent"}""")]
    [InlineData("""{"Type":"Notification","MessageAttributes":"traceparent","traceparent":{"Type":"String","Value":"x"}}""")]
    [InlineData("""{"Type":"Notification","MessageAttributes":["traceparent",{"Type":"String","Value":"x"}]}""")]
    [InlineData("""{"Type":"Notification","MessageAttributes":{"traceparent":"x"},"Value":"x"}""")]
    [InlineData("""{"Type":"Notification","MessageAttributes":{"traceparent":["Type","String","Value","x"]}}""")]
    [InlineData("""{"Type":"Notification","MessageAttributes":{"traceparent":{"Value":"x"}}}""")]
    [InlineData("""{"Type":"Notification","MessageAttributes":{"traceparent":{"Type":"Binary","Value":"x"}}}""")]
    [InlineData("""{"Type":"Notification","MessageAttributes":{"traceparent":{"Type":"String","Value":1}}}""")]
    [InlineData("""{"Type":"Notification","MessageAttributes":{"traceparent":{"Type":"String","Value":"\ud800"}}}""")]
    [InlineData("""{"Type":"Notification","\ud800":1,"MessageAttributes":{"traceparent":{"Type":"String","Value":""}}}""")]
    [InlineData("""{"Type":"Other","MessageAttributes":{"traceparent":{"Type":"String","Value":"x"}}}""")]
    [InlineData("""{"MessageAttributes":{"traceparent":{"Type":"String","Value":"x"}}}""")]
    [InlineData("""{"Type":"Notification","MessageAttributes":{"traceparent":{"Type":"String","Value":"x"}""")]
    [InlineData("""["Type","Notification","MessageAttributes",{"traceparent":{"Type":"String","Value":"x"}}]""")]
    [InlineData("""traceparent""")]
    [InlineData(""" "traceparent" """)]
    [InlineData("")]
    public void What_is_no_attribute_of_an_envelope_is_absent(string body) => Assert.Equal("", Read(body));

    [Fact]
    public void Hostile_envelopes_have_none()
    {
        Assert.Equal("", Read(Envelope(("traceparent", "String", new string('x', 257)))));
        Assert.Equal(256, Read(Envelope(("traceparent", "String", new string('x', 256)))).Length);
        Assert.Equal("", Read("""{"Type":"Notification","traceparent":""" + new string('[', 100_000)));
        Assert.Equal("", Read("""{"Type":"Notification","MessageAttributes":{"traceparent":{"Type":"String","Value":""" + "\"\xff\"}}}", Encoding.Latin1));
    }

    [Fact]
    public void A_body_that_is_cut_anywhere_has_none()
    {
        var body = Encoding.UTF8.GetBytes(Envelope(("traceparent", "String", Parent)));
        for (var length = 0; length < body.Length; length++)
        {
            Assert.Null(ProducerContext.Of(new Message(), body.AsSpan(0, length)));
        }
    }

    /// <summary>A message as SNS delivers it, with attributes: name, type, value.</summary>
    internal static string Envelope(params (string Name, string Type, string Value)[] attributes)
    {
        var envelope = JsonNode.Parse(StiggMessages.InSns(StiggMessages.PackagePublished()))!;
        envelope["MessageAttributes"] = new JsonObject(attributes.Select(static one => KeyValuePair.Create(one.Name, (JsonNode?)new JsonObject { ["Type"] = one.Type, ["Value"] = one.Value })));
        return envelope.ToJsonString();
    }

    private static string Read(string body, Encoding? encoding = null)
    {
        Span<char> text = stackalloc char[256];
        return text[..SnsAttributes.Read((encoding ?? Encoding.UTF8).GetBytes(body), "traceparent"u8, text)].ToString();
    }
}
