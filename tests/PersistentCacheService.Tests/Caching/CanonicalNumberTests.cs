using System.Globalization;
using System.Numerics;
using System.Text;
using EntitlementCache.Caching;
using EntitlementCache.Messages.Json;
using FsCheck;
using FsCheck.Fluent;

namespace PersistentCacheService.Tests.Caching;

public sealed class CanonicalNumberTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("42", "42")]
    [InlineData("42.0", "42")]
    [InlineData("1010.5", "1010.5")]
    [InlineData("1010.50", "1010.5")]
    [InlineData("-0", "0")]
    [InlineData("-0.0e5", "0")]
    [InlineData("-7", "-7")]
    [InlineData("1e3", "1000")]
    [InlineData("1.5E+2", "150")]
    [InlineData("12e-1", "1.2")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("0.0000001", "1e-7")]
    [InlineData("1.25e-9", "1.25e-9")]
    [InlineData("1e20", "100000000000000000000")]
    [InlineData("1e21", "1e+21")]
    [InlineData("9007199254740991", "9007199254740991")]
    [InlineData("9007199254740993", "9007199254740993")]
    [InlineData("1234567890123456789012", "1234567890123456789012")]
    [InlineData("0.1", "0.1")]
    [InlineData("123456789012345.678", "123456789012345.678")]
    [InlineData("0e99999999999", "0")]
    [InlineData("1e-99999999999", "0")]
    public void Number_is_written_as_javascript_writes_it_without_losing_a_digit(string text, string expected)
    {
        Assert.True(JsonNumber.IsFinite(Encoding.ASCII.GetBytes(text)));
        Assert.Equal(expected, Written(text));
    }

    [Fact]
    public void Written_number_has_exactly_the_value_that_was_given() =>
        Prop.ForAll(Decimals().ToArbitrary(), static text => ExactValue(text) == ExactValue(Written(text)))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Writing_a_written_number_changes_nothing() =>
        Prop.ForAll(Decimals().ToArbitrary(), static text => Written(text) == Written(Written(text))).QuickCheckThrowOnFailure();

    private static string Written(string text)
    {
        var output = new Utf8Output();
        CanonicalNumber.Write(Encoding.ASCII.GetBytes(text), output);
        return Encoding.ASCII.GetString(output.Written);
    }

    private static Gen<string> Decimals() =>
        from negative in Gen.Elements("", "-")
        from whole in Gen.OneOf(Gen.Choose(0, 9).Select(Invariant), Gen.Choose(10, int.MaxValue).Two().Select(static pair => $"{pair.Item1}{pair.Item2}"))
        from zeros in Gen.Choose(0, 8)
        from fraction in Gen.OneOf(Gen.Constant(""), Gen.Choose(0, int.MaxValue).Select(static digits => Invariant(digits)))
        from exponent in Gen.OneOf(Gen.Constant(""), Gen.Choose(-60, 60).Select(static power => $"e{power}"), Gen.Choose(0, 60).Select(static power => $"E+{power}"))
        select negative + whole + (fraction.Length == 0 ? "" : "." + new string('0', zeros) + fraction) + exponent;

    private static string Invariant(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The value as an integer scaled by 10^120, in plain big-integer arithmetic.</summary>
    private static BigInteger ExactValue(string text)
    {
        var mark = text.IndexOfAny(['e', 'E']);
        var exponent = mark < 0 ? 0 : int.Parse(text[(mark + 1)..], CultureInfo.InvariantCulture);
        var mantissa = mark < 0 ? text : text[..mark];
        var dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        var decimals = dot < 0 ? 0 : mantissa.Length - dot - 1;
        var digits = BigInteger.Parse(mantissa.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        return digits * BigInteger.Pow(10, 120 + exponent - decimals);
    }
}
