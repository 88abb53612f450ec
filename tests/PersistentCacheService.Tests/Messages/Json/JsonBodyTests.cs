using System.Text;
using EntitlementCache.Messages;
using EntitlementCache.Messages.Json;

namespace PersistentCacheService.Tests.Messages.Json;

public sealed class JsonBodyTests
{
    [Theory]
    [InlineData("")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":01}")]
    [InlineData("{'a':1}")]
    [InlineData("[1] [2]")]
    [InlineData("[1, /* */ 2]")]
    [InlineData("\"\\x\"")]
    [InlineData("NaN")]
    public void Text_that_is_not_json_is_refused_without_quoting_it(string text)
    {
        var refusal = Assert.Throws<MalformedMessageException>(() => JsonBody.Parse(Encoding.UTF8.GetBytes(text)));
        Assert.StartsWith("not valid JSON at line 0, byte ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused()
    {
        var refusal = Assert.Throws<MalformedMessageException>(() => JsonBody.Parse("{\"a\":\"\u00e9\"}"u8.ToArray().Where(static b => b != 0xA9).ToArray()));
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
            using var document = JsonBody.Parse(text);
            Assert.Equal(1, document.RootElement.GetArrayLength());
        }
        else
        {
            Assert.Throws<MalformedMessageException>(() => JsonBody.Parse(text));
        }
    }
}
