using PersistentCacheService.Sweeping;

namespace PersistentCacheService.Tests.Sweeping;

public sealed class SweepStateTests
{
    public static TheoryData<string> DamagedTexts => ["", "nonsense", "since=x server=a cursor=-5 total=many done= failed=", "cursor=99999999999999999999999", "since=1 since=2", "=", "cursor=1;DROP"];

    [Fact]
    public void What_is_written_is_read()
    {
        var state = new SweepState(1_764_266_694_000, "7f5c", "18446744073709551615", Total: 20_000, Done: 1_234, Failed: 5, Drifted: 7);

        Assert.Equal(state, SweepState.Parse(state.Text));
        Assert.Equal("since=1764266694000 server=7f5c cursor=18446744073709551615 total=20000 done=1234 failed=5 drifted=7", state.Text);
    }

    [Fact]
    public void A_new_one_is_what_the_script_begins() =>
        Assert.Equal(new SweepState(42), SweepState.Parse("since=42" + SweepState.NewText));

    [Theory]
    [MemberData(nameof(DamagedTexts))]
    public void A_damaged_text_starts_over_and_never_throws(string text)
    {
        var state = SweepState.Parse(text);

        Assert.Null(state.Total);
        Assert.InRange(state.Done, 0, long.MaxValue);
        Assert.True(ulong.TryParse(state.Cursor, out _));
    }
}
