using Sidecar.Realtime;

namespace Sidecar.Tests.Realtime;

public sealed class RealtimeUpdatesTests
{
    [Theory]
    [InlineData(1, 0, 0.5)]
    [InlineData(1, 1, 1)]
    [InlineData(3, 0.5, 3)]
    [InlineData(100, 1, 60)]
    public void Pauses_double_up_to_a_minute_with_jitter(int failures, double random, double seconds) =>
        Assert.Equal(seconds, RealtimeUpdates.PauseAfter(failures, random).TotalSeconds);
}
