using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using PersistentCacheService.Sqs.Operations;

namespace PersistentCacheService.Sqs.Tests.Operations;

public sealed class JsonUnescapeTests
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
    [InlineData(@"\")]
    [InlineData(@"\x")]
    [InlineData(@"\u004")]
    [InlineData(@"\u00g1")]
    [InlineData(@"\u+041")]
    [InlineData(@"\uD83D\u00")]
    public void Malformed_escape_is_an_error(string escaped) => Assert.ThrowsAny<JsonException>(() => Unescape(Encoding.UTF8.GetBytes(escaped)));

    private static string Unescape(ReadOnlySpan<byte> escaped)
    {
        var bytes = escaped.ToArray();
        return Encoding.UTF8.GetString(bytes, 0, JsonUnescape.InPlace(bytes));
    }
}
