using System.Text;
using System.Text.Json;
using EntitlementCache.Caching;
using EntitlementCache.Messages.Json;

namespace PersistentCacheService.Tests.Caching;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("{}", "{}")]
    [InlineData(" [ 1 , 2.50 , { \"a\" : [ ] } ] ", "[1,2.5,{\"a\":[]}]")]
    [InlineData("{\"a\":null,\"b\":true,\"c\":false}", "{\"a\":null,\"b\":true,\"c\":false}")]
    [InlineData("{\"\\u0061\\n\":1,\"a\":2,\"a\":[{},1e2]}", "{\"a\\n\":1,\"a\":2,\"a\":[{},100]}")]
    [InlineData("\"a<b>&+'\u00e9\u2028\"", "\"a<b>&+'\u00e9\u2028\"")]
    [InlineData("\"a b\\u0020c\"", "\"a b c\"")]
    [InlineData("\"\\u003ca\\u003e\\u002B\\/\"", "\"<a>+/\"")]
    [InlineData("\"\\u00e9\\ud83d\\ude00\"", "\"\u00e9\U0001F600\"")]
    [InlineData("\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u007f\"", "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\u007f\"")]
    [InlineData("\"\\u0022\\u005C\\u0008\\u000C\\u000a\\u000D\\u0009\\u000B\\u001F\"", "\"\\\"\\\\\\b\\f\\n\\r\\t\\u000b\\u001f\"")]
    [InlineData("\"\\uD800x\\uDC00\"", "\"\\ud800x\\udc00\"")]
    [InlineData("\"\\uDBFF\\uD83D\\uDE00\\uDFFF\\n\"", "\"\\udbff\U0001F600\\udfff\\n\"")]
    public void Value_is_written_as_json_stringify_writes_it(string text, string expected) => Assert.Equal(expected, Written(text));

    [Fact]
    public void Value_of_any_size_is_written_back_the_same()
    {
        var text = JsonSerializer.Serialize(Enumerable.Range(0, 20_000).Select(static i => new { id = i, name = "n", nested = new[] { i, i + 1 } }));

        Assert.Equal(text, Written(text));
    }

    private static string Written(string text)
    {
        using var document = JsonBody.Parse(Encoding.UTF8.GetBytes(text));
        var output = new Utf8Output();
        output.Write(document.RootElement);
        return Encoding.UTF8.GetString(output.Written);
    }
}
