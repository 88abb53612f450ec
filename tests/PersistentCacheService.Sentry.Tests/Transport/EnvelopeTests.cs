using System.Text;
using System.Text.Json;
using PersistentCacheService.Sentry.Events;
using PersistentCacheService.Sentry.Transport;

namespace PersistentCacheService.Sentry.Tests.Transport;

public sealed class EnvelopeTests
{
    private static readonly DateTimeOffset Happened = new(2026, 11, 21, 10, 0, 0, 250, TimeSpan.Zero);

    private static readonly SentryEvent Captured = new()
    {
        Id = new Guid("0123456789abcdef0123456789abcdef"),
        Timestamp = Happened,
        Level = SentryLevel.Error,
        Key = new EventKey("PersistentCacheService.Consuming.Consumer", 301, null),
        EventName = "ReceiveFailed",
        Template = "Receiving failed {Attempts} times",
        Message = "Receiving failed 3 times",
        Mechanism = "logging",
        Handled = true,
        Tags = [new("MessageType", "usageUpdated")],
        Suppressed = 7,
    };

    [Fact]
    public void The_envelope_is_byte_for_byte_as_expected()
    {
        var sdk = $$"""{"name":"persistent-cache-service","version":"{{SentryFormat.ClientVersion}}"}""";
        var payload = $$$"""
            {"event_id":"0123456789abcdef0123456789abcdef","timestamp":"2026-11-21T10:00:00.250Z","platform":"csharp","level":"error",
            "logger":"PersistentCacheService.Consuming.Consumer","release":"1.2.3","environment":"test","server_name":"pod-1",
            "sdk":{{{sdk}}},"logentry":{"message":"Receiving failed {Attempts} times","formatted":"Receiving failed 3 times"},
            "tags":{"event":"ReceiveFailed","MessageType":"usageUpdated"},
            "contexts":{"runtime":{"name":".NET","version":"10.0.0"},"os":{"name":"Linux"}},"extra":{"suppressed_before":7},
            "fingerprint":["PersistentCacheService.Consuming.Consumer","ReceiveFailed"]}
            """.ReplaceLineEndings(string.Empty);

        Assert.Equal(
            $$"""{"event_id":"0123456789abcdef0123456789abcdef","sent_at":"2026-11-21T10:00:05.250Z","dsn":"https://key@sentry.example/42","sdk":{{sdk}}}""" + "\n"
            + $$"""{"type":"event","length":{{payload.Length}},"content_type":"application/json"}""" + "\n"
            + payload + "\n",
            Text(Captured));
    }

    [Fact]
    public void The_length_counts_bytes_and_a_newline_in_a_message_does_not_end_the_payload()
    {
        var lines = Text(Captured with { Message = "zwölf 😀\nsecond \"line\"\u2028" }).Split('\n');

        Assert.Equal(4, lines.Length);
        Assert.Empty(lines[3]);
        using var item = JsonDocument.Parse(lines[1]);
        Assert.Equal(Encoding.UTF8.GetByteCount(lines[2]), item.RootElement.GetProperty("length").GetInt32());
        using var payload = JsonDocument.Parse(lines[2]);
        Assert.Equal("zwölf 😀\nsecond \"line\"\u2028", payload.RootElement.GetProperty("logentry").GetProperty("formatted").GetString());
    }

    [Fact]
    public void Exceptions_are_innermost_first_with_frames_caller_first()
    {
        var values = Payload(Captured with { Exception = Catch(OuterThrow) }).GetProperty("exception").GetProperty("values");

        Assert.Equal(["FormatException", "InvalidOperationException"], values.EnumerateArray().Select(value => value.GetProperty("type").GetString()));
        Assert.Equal("inner", values[0].GetProperty("value").GetString());
        Assert.Equal("System", values[0].GetProperty("module").GetString());
        Assert.False(values[0].TryGetProperty("mechanism", out _));
        Assert.True(values[1].GetProperty("mechanism").GetProperty("handled").GetBoolean());
        var functions = values[0].GetProperty("stacktrace").GetProperty("frames").EnumerateArray().ToArray();
        Assert.Equal(["OuterThrow", "InnerThrow"], functions.Select(frame => frame.GetProperty("function").GetString()));
        Assert.Equal("EnvelopeTests.cs", functions[^1].GetProperty("filename").GetString());
        Assert.True(functions[^1].GetProperty("lineno").GetInt32() > 0);
        Assert.True(functions[^1].GetProperty("in_app").GetBoolean());
        Assert.Equal(typeof(EnvelopeTests).FullName, functions[^1].GetProperty("module").GetString());
    }

    [Fact]
    public void An_exception_groups_by_its_stack_and_not_by_the_log_statement() =>
        Assert.False(Payload(Captured with { Exception = Catch(InnerThrow) }).TryGetProperty("fingerprint", out _));

    [Fact]
    public void An_aggregate_of_hundreds_and_an_endless_chain_stay_small()
    {
        Exception chain = new FormatException("last");
        for (var i = 0; i < 100; i++)
        {
            chain = new InvalidOperationException("link", chain);
        }

        var aggregate = new AggregateException(Enumerable.Range(0, 500).Select(_ => new FormatException("member")));

        Assert.Equal(10, Payload(Captured with { Exception = chain }).GetProperty("exception").GetProperty("values").GetArrayLength());
        Assert.Equal(10, Payload(Captured with { Exception = aggregate }).GetProperty("exception").GetProperty("values").GetArrayLength());
    }

    [Fact]
    public void A_deep_recursion_keeps_the_frames_next_to_the_throw()
    {
        var frames = Payload(Captured with { Exception = Catch(() => Recurse(500)) })
            .GetProperty("exception").GetProperty("values")[0].GetProperty("stacktrace").GetProperty("frames");

        Assert.Equal(60, frames.GetArrayLength());
        Assert.Equal(nameof(InnerThrow), frames[59].GetProperty("function").GetString());
    }

    [Fact]
    public void Secrets_are_out_of_messages_exceptions_and_tags()
    {
        var text = Text(Captured with
        {
            Message = "key hush-hush used",
            Template = "template hush-hush",
            Tags = [new("MessageType", "a\nhush-hush")],
            Exception = new InvalidOperationException("redis://u:hush-hush@host"),
        });

        Assert.DoesNotContain("hush", text, StringComparison.Ordinal);
        Assert.Contains("\"MessageType\":\"a [redacted]\"", text, StringComparison.Ordinal);
    }

    private static string Text(SentryEvent captured)
    {
        Assert.True(Dsn.TryParse("https://key:legacy@sentry.example/42", out var dsn, out _));
        var options = ReporterFixture.OptionsFor(null) with { Secrets = ["hush-hush"] };
        var writer = new EventWriter(options, new RuntimeDescription("10.0.0", "Linux"));
        return Encoding.UTF8.GetString(Envelope.Write(captured, writer, dsn, Happened + TimeSpan.FromSeconds(5)).Span);
    }

    private static JsonElement Payload(SentryEvent captured)
    {
        using var document = JsonDocument.Parse(Text(captured).Split('\n')[2]);
        return document.RootElement.Clone();
    }

    private static Exception Catch(Action action) => Assert.ThrowsAny<Exception>(action);

    private static void OuterThrow()
    {
        try
        {
            InnerThrow();
        }
        catch (FormatException exception)
        {
            throw new InvalidOperationException("outer", exception);
        }
    }

    private static void Recurse(int depth)
    {
        if (depth == 0)
        {
            InnerThrow();
        }

        Recurse(depth - 1);
    }

    private static void InnerThrow() => throw new FormatException("inner");
}
