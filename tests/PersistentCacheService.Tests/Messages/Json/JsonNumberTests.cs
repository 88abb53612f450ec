using System.Text;
using EntitlementCache.Messages.Json;

namespace PersistentCacheService.Tests.Messages.Json;

public sealed class JsonNumberTests
{
    [Theory]
    [InlineData("1e999")]
    [InlineData("-1e999")]
    [InlineData("1e99999999999")]
    public void Number_beyond_a_double_is_not_finite(string text) => Assert.False(JsonNumber.IsFinite(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Number_of_a_thousand_digits_is_refused() => Assert.False(JsonNumber.IsFinite(Encoding.ASCII.GetBytes("0." + new string('1', 1000))));

    [Theory]
    [InlineData("1777629600000", 1777629600000)]
    [InlineData("1.7776296e12", 1777629600000)]
    [InlineData("1777629600000.9", 1777629600000)]
    [InlineData("-1", -1)]
    [InlineData("8640000000000000", 8640000000000000)]
    [InlineData("8.64e15", 8640000000000000)]
    public void Milliseconds_are_read_and_fractions_cut(string text, long expected)
    {
        Assert.True(JsonNumber.TryReadMilliseconds(Encoding.ASCII.GetBytes(text), out var milliseconds));
        Assert.Equal(expected, milliseconds);
    }

    [Theory]
    [InlineData("8640000000000001")]
    [InlineData("-8640000000000001")]
    [InlineData("9223372036854775808")]
    [InlineData("1e300")]
    public void Milliseconds_no_date_can_hold_are_refused(string text) =>
        Assert.False(JsonNumber.TryReadMilliseconds(Encoding.ASCII.GetBytes(text), out _));
}
