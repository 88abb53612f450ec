using System.Text;
using System.Text.Json;
using PersistentCacheService.Messages;
using PersistentCacheService.Messages.Json;

namespace PersistentCacheService.Tests.Messages.Json;

public sealed class JsonTapeTests
{
    [Theory]
    [InlineData("{}", "{}")]
    [InlineData(" [ 1 , 2.50 , { \"a\" : [ ] } ] ", "[1,2.5,{\"a\":[]}]")]
    [InlineData("{\"a\":null,\"b\":true,\"c\":false}", "{\"a\":null,\"b\":true,\"c\":false}")]
    [InlineData("\"a<b>&+'\u00e9\u2028\"", "\"a<b>&+'\u00e9\u2028\"")]
    [InlineData("\"\\u003ca\\u003e\\u002B\\/\"", "\"<a>+/\"")]
    [InlineData("\"\\u00e9\\ud83d\\ude00\"", "\"\u00e9\U0001F600\"")]
    [InlineData("\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u007f\"", "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\u007f\"")]
    [InlineData("\"\\uD800x\\uDC00\"", "\"\\ud800x\\udc00\"")]
    public void Value_is_written_as_json_stringify_writes_it(string text, string expected)
    {
        using var tape = JsonTape.Parse(Encoding.UTF8.GetBytes(text));
        var output = new Utf8Output();

        output.Write(tape, 0);

        Assert.Equal(expected, Encoding.UTF8.GetString(output.Written));
    }

    [Fact]
    public void Value_of_any_size_is_written_back_the_same()
    {
        var text = JsonSerializer.Serialize(Enumerable.Range(0, 20_000).Select(static i => new { id = i, name = "n", nested = new[] { i, i + 1 } }));
        using var tape = JsonTape.Parse(Encoding.UTF8.GetBytes(text));
        var output = new Utf8Output();

        output.Write(tape, 0);

        Assert.Equal(text, Encoding.UTF8.GetString(output.Written));
    }

    [Theory]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":01}")]
    [InlineData("{'a':1}")]
    [InlineData("[1] [2]")]
    [InlineData("[1, /* */ 2]")]
    [InlineData("\"\\x\"")]
    [InlineData("NaN")]
    public void Text_that_is_not_json_is_refused_without_quoting_it(string text)
    {
        var refusal = Assert.Throws<MalformedMessageException>(() => JsonTape.Parse(Encoding.UTF8.GetBytes(text)));
        Assert.StartsWith("not valid JSON at line 0, byte ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused()
    {
        var refusal = Assert.Throws<MalformedMessageException>(() => JsonTape.Parse("{\"a\":\"\u00e9\"}"u8.ToArray().Where(static b => b != 0xA9).ToArray()));
        Assert.Equal("not valid UTF-8", refusal.Message);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Nesting_ends_at_64(int depth, bool isRead)
    {
        var text = Encoding.ASCII.GetBytes(new string('[', depth) + new string(']', depth));
        if (isRead)
        {
            using var tape = JsonTape.Parse(text);
            Assert.Equal(depth, tape[0].End);
        }
        else
        {
            Assert.Throws<MalformedMessageException>(() => JsonTape.Parse(text));
        }
    }

    [Fact]
    public void Half_a_surrogate_pair_has_no_utf8()
    {
        using var tape = JsonTape.Parse("\"a\\ud800\""u8.ToArray());
        Assert.False(tape.TryGetUnescaped(0, out _));
    }
}
