using System.Text;
using EntitlementCache.Messages;
using FsCheck;
using FsCheck.Fluent;

namespace PersistentCacheService.Tests.Messages;

public sealed class IdRulesTests
{
    private static readonly string[] Fragments = ["#timestamp", ":metadata", ":r_", ":f_", ":credit_"];

    [Theory]
    [InlineData("a")]
    [InlineData("customer_1|x@y.z-9")]
    [InlineData("org:123#4")]
    [InlineData("müller")]
    [InlineData("with blank")]
    [InlineData("a:r")]
    [InlineData(":f")]
    [InlineData("#TIMESTAMP")]
    [InlineData("\u00a0")]
    public void Id_is_accepted(string id) => Assert.True(IdRules.IsValid(Encoding.UTF8.GetBytes(id)));

    [Theory]
    [InlineData("")]
    [InlineData("a\0")]
    [InlineData("a\nb")]
    [InlineData("a\u007f")]
    [InlineData("a\u0085b")]
    [InlineData("\u00a0\u009f")]
    [InlineData("a#timestamp")]
    [InlineData("#timestamp")]
    [InlineData(":metadata")]
    [InlineData(":f_x")]
    [InlineData("a:r_b")]
    [InlineData("x:f_")]
    [InlineData("x:credit_y")]
    public void Id_is_refused(string id) => Assert.False(IdRules.IsValid(Encoding.UTF8.GetBytes(id)));

    [Theory]
    [InlineData("a", 255, true)]
    [InlineData("a", 256, false)]
    [InlineData("ü", 255, true)]
    [InlineData("ü", 256, false)]
    [InlineData("\U0001F600", 255, true)]
    [InlineData("\U0001F600", 256, false)]
    public void Length_counts_characters(string character, int count, bool isValid) =>
        Assert.Equal(isValid, IdRules.IsValid(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(character, count)))));

    [Fact]
    public void Accepted_are_exactly_the_strings_without_control_characters_and_key_fragments()
    {
        var pieces = Gen.Elements<string>(["a", "Z", ":", "#", "_", "r", "f_", "timestamp", ":metadat", "a:r", "ü", "\u0080", "\u00a1", "\u001f", " ", "\U0001F600", .. Fragments]);
        Prop.ForAll(pieces.ArrayOf().Select(string.Concat).ToArbitrary(), static id =>
        {
            var runes = id.EnumerateRunes().ToArray();
            var expected = runes.Length is >= 1 and <= 255 && !runes.Any(Rune.IsControl) &&
                !Fragments.Any(fragment => id.Contains(fragment, StringComparison.Ordinal));
            return IdRules.IsValid(Encoding.UTF8.GetBytes(id)) == expected;
        }).QuickCheckThrowOnFailure();
    }
}
