using PersistentCacheService.Queue;
using PersistentCacheService.Settings;
using TestKit;

namespace PersistentCacheService.Tests.Queue;

public sealed class ConsumerBoardTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void One_silent_loop_among_living_ones_is_noticed()
    {
        var board = new ConsumerBoard(Settings, _time);
        _time.Advance(TimeSpan.FromSeconds(70));
        board.Beat(0);
        board.Beat(1);
        _time.Advance(TimeSpan.FromSeconds(15));
        board.Beat(0);

        Assert.Equal(TimeSpan.FromSeconds(85), board.LongestSilenceNow);
        Assert.True(board.LongestSilenceNow >= board.LongestSilence);
        board.Beat(2);
        Assert.Equal(TimeSpan.FromSeconds(15), board.LongestSilenceNow);
    }

    [Fact]
    public void A_whole_long_poll_with_its_deadline_and_the_longest_pause_are_no_silence()
    {
        var board = new ConsumerBoard(Settings, _time);
        Assert.True(board.LongestSilence > TimeSpan.FromSeconds(20 + 10 + 20));
    }

    private static QueueSettings Settings => new()
    {
        Region = "r",
        Url = new Uri("https://host/1/q"),
        BatchSize = 1,
        Consumers = 3,
        MaxInFlight = 6,
        WaitTime = TimeSpan.FromSeconds(20),
    };
}
