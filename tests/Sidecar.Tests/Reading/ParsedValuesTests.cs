using System.Globalization;
using System.Text;
using Sidecar.Reading;

namespace Sidecar.Tests.Reading;

public sealed class ParsedValuesTests
{
    private readonly ParsedValues _values = new(maxBytes: 1500);

    [Fact]
    public void The_same_value_is_parsed_once_and_another_one_again()
    {
        var first = _values.Read("a", Value(1));

        Assert.Same(first, _values.Read("a", Value(1)));
        Assert.Equal(2, Assert.Single(_values.Read("a", Value(2))!).UsageLimit);
        Assert.Equal(1, Assert.Single(_values.Read("b", Value(1))!).UsageLimit);
    }

    [Fact]
    public void Beyond_the_bound_everything_is_forgotten()
    {
        var first = _values.Read("a", Value(1));
        foreach (var key in (string[])["b", "c", "d", "e"])
        {
            _values.Read(key, Value(1));
        }

        Assert.NotSame(first, _values.Read("a", Value(1)));
    }

    [Fact]
    public void A_long_key_counts_too()
    {
        var first = _values.Read("a", Value(1));
        _values.Read(new string('k', 500), Value(1));

        Assert.NotSame(first, _values.Read("a", Value(1)));
    }

    [Fact]
    public void A_value_that_is_replaced_counts_no_more()
    {
        var first = _values.Read("a", Value(1));
        for (var i = 0; i < 100; i++)
        {
            _values.Read("b", Value(i));
        }

        Assert.Same(first, _values.Read("a", Value(1)));
    }

    [Fact]
    public void What_is_no_object_stays_no_value() => Assert.Null(_values.Read("a", "[]"u8.ToArray()));

    private static byte[] Value(int limit) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{{\"f\":{{\"calculatedEntitlement\":{{\"feature\":{{\"id\":\"f\",\"featureType\":\"NUMBER\"}},\"usageLimit\":{limit}}}}}}}"));
}
