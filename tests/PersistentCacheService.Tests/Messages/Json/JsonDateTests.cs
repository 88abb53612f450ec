using System.Globalization;
using System.Text.Json;
using EntitlementCache.Messages.Json;
using FsCheck;
using FsCheck.Fluent;

namespace PersistentCacheService.Tests.Messages.Json;

public sealed class JsonDateTests
{
    [Theory]
    [InlineData("1970-01-01", 0)]
    [InlineData("1970-01-01T00:00:00.000Z", 0)]
    [InlineData("2026-05-01T10:00:00.000Z", 1777629600000)]
    [InlineData("2026-05-01T10:00:00Z", 1777629600000)]
    [InlineData("2026-05-01T10:00Z", 1777629600000)]
    [InlineData("2026-05-01T10:00:00", 1777629600000)]
    [InlineData("2026-05-01 10:00:00Z", 1777629600000)]
    [InlineData("2026-05-01T12:00:00+02:00", 1777629600000)]
    [InlineData("2026-05-01T12:00:00+0200", 1777629600000)]
    [InlineData("2026-05-01T05:30:00-04:30", 1777629600000)]
    [InlineData("2026-05-01T12:00:00.000+02:00", 1777629600000)]
    [InlineData("2026-05-01T12:00+02", 1777629600000)]
    [InlineData("2026-05-01T15:30+0530", 1777629600000)]
    [InlineData("2026-05-01T06:30:00-0330", 1777629600000)]
    [InlineData("2026-05-01 12:00:00,5+02:00", 1777629600500)]
    [InlineData("2026-05-01t10:00:00z", 1777629600000)]
    [InlineData("2026-05-01T10:00:00.123456789123456789Z", 1777629600123)]
    [InlineData("0001-01-01T00:00:00+02:00", -62135604000000)]
    [InlineData("1969-12-31T23:59:59.9999Z", -1)]
    [InlineData("1969-12-31T23:59:59.9999", -1)]
    [InlineData("2026-05-01T12:00:00\\u002B02:00", 1777629600000)]
    [InlineData("2026-05-01T10:00:00.Z", 1777629600000)]
    [InlineData("2026-05-01T10:00:00.1Z", 1777629600100)]
    [InlineData("2026-05-01T10:00:00.1239999Z", 1777629600123)]
    [InlineData("2024-02-29T00:00:00Z", 1709164800000)]
    [InlineData("0001-01-01T00:00:00Z", -62135596800000)]
    [InlineData("1969-12-31T23:59:59.999Z", -1)]
    [InlineData("+010000-01-01T00:00:00.000Z", 253402300800000)]
    [InlineData("+002026-05-01T10:00:00.000Z", 1777629600000)]
    [InlineData("+000000-01-01", -62167219200000)]
    [InlineData("-000001-12-31T23:59:59.999Z", -62167219200001)]
    [InlineData("+275760-09-13T00:00:00.000Z", 8640000000000000)]
    [InlineData("-271821-04-20T00:00:00.000Z", -8640000000000000)]
    public void Iso_date_is_read_as_unix_milliseconds(string text, long expected)
    {
        Assert.True(TryRead(text, out var milliseconds));
        Assert.Equal(expected, milliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tomorrow")]
    [InlineData("2026-05")]
    [InlineData("2026-13-01")]
    [InlineData("2026-02-29")]
    [InlineData("2026-00-10")]
    [InlineData("0000-01-01")]
    [InlineData("2026-05-01T")]
    [InlineData("+2026-05-01")]
    [InlineData("-000000-01-01")]
    [InlineData("+002026-02-29")]
    [InlineData("+275760-09-13T00:00:00.001Z")]
    [InlineData("-271821-04-19T23:59:59.999Z")]
    [InlineData("+999999-01-01")]
    [InlineData("2026-05-01T24:00:00Z")]
    [InlineData("2026-05-01T10:60:00Z")]
    [InlineData("2026-05-01T10:00:60Z")]
    [InlineData("2026-05-01T10:00:00+2")]
    [InlineData("2026-05-01T10:00:00+02:0")]
    [InlineData("2026-05-01T10:00:00+02-00")]
    [InlineData("2026-05-01x10:00:00Z")]
    [InlineData("2026-05-01Z")]
    [InlineData("2026-05-01T10Z")]
    [InlineData("2026-05-01T10:00:00+24:00")]
    [InlineData("2026-05-01T10:00:00+15:60")]
    [InlineData("2026-05-01T10:00:00+02:00Z")]
    [InlineData("2026-05-01\\n")]
    [InlineData(" 2026-05-01")]
    [InlineData("2026-05-01T10:00:00\\ud800Z")]
    [InlineData("٢٠٢٦-05-01")]
    [InlineData("1777629600000")]
    public void Text_that_is_no_date_is_refused(string text) => Assert.False(TryRead(text, out _));

    [Theory]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("[5]")]
    public void Value_that_is_neither_number_nor_text_is_no_date(string json)
    {
        using var document = JsonDocument.Parse(json);

        Assert.False(JsonDate.TryRead(document.RootElement, out _));
    }

    [Fact]
    public void Date_longer_than_any_is_refused() => Assert.False(TryRead("2026-05-01T10:00:00." + new string('1', 1000) + "Z", out _));

    [Fact]
    public void Every_millisecond_of_four_digit_years_survives_the_round_trip()
    {
        var dates =
            from day in Gen.Choose(0, (int)(DateTimeOffset.MaxValue - DateTimeOffset.MinValue).TotalDays - 1)
            from millisecond in Gen.Choose(0, 86_399_999)
            select DateTimeOffset.MinValue.AddDays(day).AddMilliseconds(millisecond);
        Prop.ForAll(dates.ToArbitrary(), static date =>
        {
            var text = date.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
            return TryRead(text, out var milliseconds) && milliseconds == date.ToUnixTimeMilliseconds();
        }).QuickCheckThrowOnFailure();
    }

    private static bool TryRead(string text, out long milliseconds)
    {
        using var document = JsonDocument.Parse($"\"{text}\"");
        return JsonDate.TryRead(document.RootElement, out milliseconds);
    }
}
