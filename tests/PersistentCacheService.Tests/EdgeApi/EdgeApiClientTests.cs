using EntitlementCache.EdgeApi;
using EntitlementCache.Messages;
using Microsoft.Extensions.Logging;
using TestKit.EdgeApi;

namespace PersistentCacheService.Tests.EdgeApi;

public sealed class EdgeApiClientTests
{
    [Fact]
    public async Task What_passes_soon_is_tried_again_within_the_call()
    {
        await using var harness = await EdgeHarness.StartAsync();
        harness.Server.Script(EdgeAnswer.ServerError(), EdgeAnswer.Reset);
        var sent = 0;

        using var state = await harness.FetchAsync(sending: () => new EdgeAsk(++sent));
        Assert.IsType<Purge>(state.Operation);
        Assert.Equal((3, 1), (harness.Server.Calls.Count, sent));
        Assert.Equal("CONNECTED", harness.Health.Status);
        Assert.Single(harness.Logs.WithEvent(1403));
    }

    [Fact]
    public async Task Retry_after_is_honoured_within_the_call_when_it_is_short()
    {
        await using var harness = await EdgeHarness.StartAsync();
        harness.Server.Script(EdgeAnswer.RateLimited(1));
        var started = TimeProvider.System.GetTimestamp();

        using var state = await harness.FetchAsync();
        Assert.NotNull(state.Operation);
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= TimeSpan.FromSeconds(0.99), "The API was asked again before the time it asked for.");
    }

    [Fact]
    public async Task A_long_retry_after_keeps_all_calls_away()
    {
        await using var harness = await EdgeHarness.StartAsync();
        harness.Server.Script(EdgeAnswer.RateLimited(60));
        using var first = await harness.FetchAsync();
        using var second = await harness.FetchAsync();

        Assert.Equal((EdgeResult.Throttled, null), (first.Result, second.Result));
        Assert.All((FetchedState[])[first, second], static state => Assert.InRange(state.RetryIn.TotalSeconds, 50, 60));
        Assert.Single(harness.Server.Calls);
        Assert.Equal("UNAVAILABLE", harness.Health.Status);
    }

    [Fact]
    public async Task A_refused_key_is_an_error_with_a_remedy_and_no_further_call()
    {
        await using var harness = await EdgeHarness.StartAsync(key: "another-key");
        using var first = await harness.FetchAsync();
        using var second = await harness.FetchAsync();

        Assert.Equal((EdgeResult.Unauthorized, "UNAUTHORIZED"), (first.Result, harness.Health.Status));
        var told = Assert.Single(harness.Logs.WithEvent(1400));
        Assert.Equal(LogLevel.Error, told.Level);
        Assert.Contains("SERVER_API_KEY", told.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("another-key", harness.Logs.ToString(), StringComparison.Ordinal);
        Assert.True(harness.Server.Calls.Count <= 2, "The API was asked again and again with a refused key.");
    }

    [Fact]
    public async Task An_answer_with_errors_is_a_failure_of_this_customer_alone()
    {
        await using var harness = await EdgeHarness.StartAsync();
        harness.Server.Script(EdgeAnswer.Errors("InternalError"), EdgeAnswer.Garbage, EdgeAnswer.Empty);
        for (var i = 0; i < 3; i++)
        {
            using var state = await harness.FetchAsync();
            Assert.Equal((EdgeResult.InvalidAnswer, null), (state.Result, state.Operation));
        }

        Assert.Equal((3, false), (harness.Server.Calls.Count, harness.Breaker.IsOpen));
        Assert.Single(harness.Logs.WithEvent(1404));
    }

    [Fact]
    public async Task Calls_at_once_are_bounded()
    {
        await using var harness = await EdgeHarness.StartAsync();
        harness.Server.Answer = EdgeAnswer.Slow(TimeSpan.FromMilliseconds(20));
        foreach (var state in await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => harness.FetchAsync())))
        {
            Assert.NotNull(state.Operation);
            state.Dispose();
        }

        Assert.InRange(harness.Server.MostInFlight, 1, 2);
    }

    [Fact]
    public async Task A_stop_ends_waiting_but_not_a_call_under_way()
    {
        await using var harness = await EdgeHarness.StartAsync();
        harness.Server.Answer = EdgeAnswer.Slow(TimeSpan.FromSeconds(3));
        using var stop = new CancellationTokenSource();
        var fetches = Enumerable.Range(0, 4).Select(_ => harness.FetchAsync(stopping: stop.Token)).ToArray();
        await TestKit.Eventually.HoldsAsync(() => harness.Server.Calls.Count == 2, "two calls are under way");
        await stop.CancelAsync();

        var states = await Task.WhenAll(fetches);
        Assert.Equal(2, states.Count(static state => state.Operation is not null));
        Assert.Equal(2, harness.Server.Calls.Count);
        Array.ForEach(states, static state => state.Dispose());
    }
}
