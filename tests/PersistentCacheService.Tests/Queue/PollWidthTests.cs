using FsCheck;
using FsCheck.Fluent;
using PersistentCacheService.Queue;
using PersistentCacheService.Settings;
using TestKit;

namespace PersistentCacheService.Tests.Queue;

public sealed class PollWidthTests
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task An_empty_queue_is_asked_by_one_of_ten()
    {
        var width = Width(consumers: 10, batchSize: 10);
        Assert.True(await JoinsAsync(width));
        for (var i = 1; i < 10; i++)
        {
            Assert.False(await JoinsAsync(width));
        }

        Assert.True(width.Continues(0, LongPoll));
        Assert.Equal(1, width.Polling);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(10, 10)]
    [InlineData(10, 5)]
    [InlineData(3, 2)]
    public async Task Every_batch_after_the_first_that_is_half_full_at_once_doubles_the_pollers_up_to_all(int batchSize, int messages)
    {
        var width = Width(consumers: 10, batchSize);
        await JoinAllAsync(width);
        Assert.True(width.Continues(messages, AtOnce));
        Assert.False(await JoinsAsync(width));
        foreach (var expected in (int[])[2, 4, 8, 10, 10])
        {
            Assert.True(width.Continues(messages, AtOnce));
            await JoinAllAsync(width);
            Assert.Equal(expected, width.Polling);
        }
    }

    [Theory]
    [InlineData(1, 1, 2_000)]
    [InlineData(10, 4, 15)]
    [InlineData(3, 1, 15)]
    public async Task A_message_that_was_waited_for_and_a_batch_less_than_half_full_are_no_backlog(int batchSize, int messages, int milliseconds)
    {
        var width = Width(consumers: 10, batchSize);
        await JoinAllAsync(width);
        for (var i = 0; i < 5; i++)
        {
            Assert.True(width.Continues(messages, TimeSpan.FromMilliseconds(milliseconds)));
            Assert.False(await JoinsAsync(width));
        }
    }

    [Fact]
    public async Task Pairs_of_messages_now_and_then_are_no_backlog()
    {
        var width = Width(consumers: 10, batchSize: 1);
        await JoinAllAsync(width);
        for (var i = 0; i < 5; i++)
        {
            Assert.True(width.Continues(1, LongPoll / 2));
            Assert.True(width.Continues(1, AtOnce));
            Assert.False(await JoinsAsync(width));
        }
    }

    [Theory]
    [InlineData(10, 1)]
    [InlineData(10, 10)]
    [InlineData(100, 10)]
    public async Task A_burst_is_met_at_full_width_within_five_round_trips(int consumers, int batchSize)
    {
        var width = Width(consumers, batchSize);
        await JoinAllAsync(width);

        // The open long poll brings the first message, having waited for it; with 100 ms of latency the rest takes half a second.
        width.Continues(1, LongPoll / 2);
        for (var roundTrip = 0; roundTrip < 5; roundTrip++)
        {
            Poll(width, batchSize, AtOnce);
            await JoinAllAsync(width);
        }

        Assert.Equal(consumers, width.Polling);
    }

    [Fact]
    public async Task After_a_burst_each_empty_answer_lets_one_go_until_the_last()
    {
        var width = Width(consumers: 10, batchSize: 10);
        await WidenAsync(width);
        for (var left = 9; left > 0; left--)
        {
            Assert.False(width.Continues(0, LongPoll));
            Assert.Equal(left, width.Polling);
        }

        Assert.True(width.Continues(0, LongPoll));
        Assert.False(await JoinsAsync(width));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public void A_slow_trickle_shared_by_three_replicas_changes_nothing_for_an_hour(int batchSize)
    {
        var random = new System.Random(5);
        var replicas = Enumerable.Range(0, 3).Select(_ => Width(consumers: 10, batchSize)).ToArray();
        var pollSince = new TimeSpan[replicas.Length];
        Assert.All(replicas, width => Assert.True(width.TryJoinAsync(Patience, CancellationToken.None).AsTask().IsCompletedSuccessfully));
        for (var now = TimeSpan.Zero; now < TimeSpan.FromHours(1); now += TimeSpan.FromSeconds(1 + (random.NextDouble() * 12)))
        {
            var receiver = random.Next(replicas.Length);
            for (var i = 0; i < replicas.Length; i++)
            {
                for (; now - pollSince[i] >= LongPoll; pollSince[i] += LongPoll)
                {
                    Assert.True(replicas[i].Continues(0, LongPoll));
                }
            }

            Assert.True(replicas[receiver].Continues(1, now - pollSince[receiver]));
            pollSince[receiver] = now;
            Assert.All(replicas, width => Assert.False(Joins(width)));
        }
    }

    [Fact]
    public async Task Who_pauses_after_an_error_gives_its_turn_to_one_that_waits()
    {
        var width = Width(consumers: 2, batchSize: 10);
        Assert.True(await JoinsAsync(width));
        var waiting = width.TryJoinAsync(Patience, CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        width.Leave();
        Assert.True(await waiting);
        Assert.Equal(1, width.Polling);
        Assert.False(await JoinsAsync(width));
    }

    [Fact]
    public async Task Narrowed_one_polls_for_a_while_whatever_it_finds_and_then_the_width_grows_again()
    {
        var width = Width(consumers: 10, batchSize: 10);
        await WidenAsync(width);
        width.Narrow(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 10; i++)
        {
            width.Leave();
        }

        await WidenAsync(width);
        Assert.Equal(1, width.Polling);
        _time.Advance(TimeSpan.FromMinutes(1));
        await WidenAsync(width);
        Assert.Equal(10, width.Polling);
    }

    [Fact]
    public async Task Those_who_wait_join_as_soon_as_there_is_a_backlog()
    {
        var width = Width(consumers: 4, batchSize: 10);
        await JoinAllAsync(width);
        var waiting = Enumerable.Range(0, 3).Select(_ => width.TryJoinAsync(Patience, CancellationToken.None).AsTask()).ToArray();
        width.Continues(10, AtOnce);
        width.Continues(10, AtOnce);
        width.Continues(10, AtOnce);
        Assert.All(await Task.WhenAll(waiting), Assert.True);
    }

    [Fact]
    public async Task A_wait_ends_with_its_patience_and_with_the_service()
    {
        var width = Width(consumers: 2, batchSize: 10);
        await JoinAllAsync(width);
        var patient = width.TryJoinAsync(Patience, CancellationToken.None);
        _time.Advance(Patience);
        Assert.False(await patient);

        using var stopping = new CancellationTokenSource();
        var stopped = width.TryJoinAsync(Patience, stopping.Token);
        await stopping.CancelAsync();
        Assert.False(await stopped);
    }

    [Fact]
    public void Whatever_calls_bring_at_least_one_can_poll_and_never_more_than_all() =>
        Prop.ForAll(
            Gen.Choose(1, 12).ToArbitrary(),
            Gen.Choose(0, 4).ListOf().ToArbitrary(),
            (consumers, events) =>
            {
                var width = Width(consumers, batchSize: 10);
                var polling = 0;
                foreach (var happened in events)
                {
                    polling += polling < consumers && Joins(width) ? 1 : 0;
                    switch (happened)
                    {
                        case 0 when polling > 0:
                            width.Leave();
                            polling--;
                            break;
                        case 1 or 2 when polling > 0:
                            polling -= width.Continues(0, LongPoll) ? 0 : 1;
                            break;
                        case 3 when polling > 0:
                            Assert.True(width.Continues(10, AtOnce));
                            break;
                    }

                    Assert.Equal(polling, width.Polling);
                    Assert.InRange(polling, 0, consumers);
                    if (polling == 0)
                    {
                        Assert.True(Joins(width));
                        polling++;
                    }
                }
            }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(10, 15, true)]
    [InlineData(5, 15, true)]
    [InlineData(4, 15, false)]
    [InlineData(10, 5, false)]
    [InlineData(10, 1_000, false)]
    [InlineData(0, 20_000, false)]
    public async Task Consumers_read_ahead_while_all_poll_a_backlog_and_the_network_takes_its_time(int messages, int milliseconds, bool expected)
    {
        var width = Width(consumers: 10, batchSize: 10);
        await WidenAsync(width);
        width.Continues(messages, TimeSpan.FromMilliseconds(milliseconds));
        Assert.Equal(expected, width.ReadsAhead);
    }

    [Fact]
    public async Task Nobody_reads_ahead_before_all_poll()
    {
        var width = Width(consumers: 10, batchSize: 10);
        await JoinAllAsync(width);
        width.Continues(10, AtOnce);
        Assert.False(width.ReadsAhead);
    }

    private PollWidth Width(int consumers, int batchSize) => new(Settings(consumers, batchSize), _time);

    private static QueueSettings Settings(int consumers, int batchSize) => new()
    {
        Region = "r",
        Url = new Uri("https://host/1/q"),
        BatchSize = batchSize,
        Consumers = consumers,
        MaxInFlight = consumers * batchSize,
        WaitTime = LongPoll,
    };

    /// <summary>All who poll get so many messages.</summary>
    private static void Poll(PollWidth width, int messages, TimeSpan took)
    {
        var polling = width.Polling;
        for (var i = 0; i < polling; i++)
        {
            Assert.True(width.Continues(messages, took));
        }
    }

    private bool Joins(PollWidth width)
    {
        var join = width.TryJoinAsync(Patience, CancellationToken.None).AsTask();
        if (!join.IsCompleted)
        {
            _time.Advance(Patience);
        }

        return join.GetAwaiter().GetResult();
    }

    private Task<bool> JoinsAsync(PollWidth width)
    {
        var join = width.TryJoinAsync(Patience, CancellationToken.None).AsTask();
        _time.Advance(Patience);
        return join;
    }

    private async Task JoinAllAsync(PollWidth width)
    {
        while (await JoinsAsync(width))
        {
        }
    }

    private async Task WidenAsync(PollWidth width)
    {
        await JoinAllAsync(width);
        for (var i = 0; i < 10; i++)
        {
            width.Continues(10, AtOnce);
        }

        await JoinAllAsync(width);
    }
}
