using PersistentCacheService.FaultTests.World;
using TestKit.Faults;

namespace PersistentCacheService.FaultTests.RedisFaults;

/// <summary>The way to Redis is bad and not lost.</summary>
public sealed class RedisLineTests
{
    [SkippableFact]
    public Task Answers_of_Redis_are_damaged() => Line.RunAsync(
        "Answers of Redis are damaged on the way", "one byte in 1,000 is changed", FaultPlan.CorruptAnswers(0.001), Expectation.Either);

    [SkippableFact]
    public Task The_line_to_Redis_is_slow() => Line.RunAsync(
        "The way to Redis is long", "100 ms more latency, 50 ms jitter", FaultPlan.Delay(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(50)), Expectation.Either);

    [SkippableFact]
    public Task The_line_to_Redis_is_narrow() => Line.RunAsync(
        "The line to Redis is narrow", "100 kB/s in both directions, less than the load needs", FaultPlan.Throttle(100_000), Expectation.Either);

    [SkippableFact]
    public Task Frames_arrive_in_crumbs() => Line.RunAsync(
        "Frames arrive in crumbs", "at most 7 bytes at a time, both ways", FaultPlan.Fragment(7), Expectation.Either);
}
