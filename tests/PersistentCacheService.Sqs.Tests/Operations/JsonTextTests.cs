using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using PersistentCacheService.Sqs.Operations;

namespace PersistentCacheService.Sqs.Tests.Operations;

public sealed class JsonTextTests
{
    [Fact]
    public void Any_text_comes_back_from_either_way_of_escaping_it()
    {
        var texts = Gen.Elements("a", "\"", "\\", "/", "\n", "\t", "\r", "\b", "\f", "\u0001", "é", "漢", "😀", "\\u0041", "{\"k\":1}", new string('x', 100))
            .ListOf().Select(static parts => string.Concat(parts));
        Prop.ForAll(texts.ToArbitrary(), static text =>
            text == Unescape(JsonEncodedText.Encode(text, JavaScriptEncoder.Default).EncodedUtf8Bytes)
            && text == Unescape(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes)).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(@"\u0041", "A")]
    [InlineData(@"\u00e9\u00E9", "éé")]
    [InlineData(@"\uD83D\uDE00", "😀")]
    [InlineData(@"\uD83D", "\uFFFD")]
    [InlineData(@"\uDE00", "\uFFFD")]
    [InlineData(@"\uD83D\u0041", "\uFFFDA")]
    [InlineData(@"\uD83Dx", "\uFFFDx")]
    [InlineData(@"\uD83D\n", "\uFFFD\n")]
    [InlineData(@"\uD83D\uD83D\uDE00", "\uFFFD😀")]
    [InlineData(@"\/\\", "/\\")]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData(@"a\n", "a\n")]
    [InlineData(@"\na", "\na")]
    public void Escape_becomes_what_it_stands_for(string escaped, string expected) => Assert.Equal(expected, Unescape(Encoding.UTF8.GetBytes(escaped)));

    [Theory]
    [InlineData(@"\x")]
    [InlineData(@"\u004")]
    [InlineData(@"\u00g1")]
    [InlineData(@"\u+041")]
    [InlineData(@"\uD83D\u00")]
    public void Malformed_escape_is_an_error(string escaped) => Assert.ThrowsAny<JsonException>(() => Unescape(Encoding.UTF8.GetBytes(escaped)));

    [Theory]
    [InlineData("")]
    [InlineData("no quote")]
    [InlineData("long enough for a whole block, but without its quote")]
    [InlineData(@"\""")]
    [InlineData(@"\")]
    public void String_that_does_not_end_is_an_error(string text) =>
        Assert.ThrowsAny<JsonException>(() => JsonText.UnescapeInPlace(Encoding.UTF8.GetBytes(text), out _));

    /// <summary>Unescapes the string with other text behind it, which must stay as it is.</summary>
    private static string Unescape(ReadOnlySpan<byte> escaped)
    {
        var rest = "\",\"next\":\"\\n\"}"u8;
        byte[] bytes = [.. escaped, .. rest];
        var length = JsonText.UnescapeInPlace(bytes, out var consumed);
        Assert.Equal(escaped.Length + 1, consumed);
        Assert.Equal(rest[1..], bytes.AsSpan(consumed));
        return Encoding.UTF8.GetString(bytes, 0, length);
    }
}
