using PersistentCacheService.Redis.Pipeline;

namespace PersistentCacheService.Redis.Tests.Pipeline;

public sealed class CommandQueueTests
{
    private readonly CommandPool _pool = new(16);
    private long _now;

    [Fact]
    public void Batches_follow_the_order_of_the_line_and_stop_at_the_limit_of_commands()
    {
        var queue = new CommandQueue(maxWaiting: 10, maxInFlight: 3, maxInFlightBytes: 1 << 20);
        var commands = Enqueue(queue, 5);
        Assert.Equal(commands[..3], Take(queue));
        Assert.Equal(3, queue.InFlight);
        Assert.Empty(Take(queue));
        Assert.True(queue.TryDequeue(out var first));
        Assert.Same(commands[0], first);
        Assert.Equal([commands[3]], Take(queue));
    }

    [Fact]
    public void Bytes_in_flight_stay_below_their_limit_unless_one_command_alone_is_larger()
    {
        var queue = new CommandQueue(maxWaiting: 10, maxInFlight: 10, maxInFlightBytes: 60);
        var commands = Enqueue(queue, 4); // PING has 14 bytes in RESP.
        var large = Begin(new string('x', 200));
        Assert.Equal(Admission.Accepted, queue.Enqueue(large));
        Assert.Equal(commands, Take(queue));
        Assert.Empty(Take(queue));
        for (var i = 0; i < commands.Length; i++)
        {
            Assert.Empty(Take(queue));
            Assert.True(queue.TryDequeue(out _));
        }

        Assert.Equal([large], Take(queue));
    }

    [Fact]
    public void A_full_line_and_a_draining_queue_take_nothing_more()
    {
        var queue = new CommandQueue(maxWaiting: 2, maxInFlight: 1, maxInFlightBytes: 100);
        Enqueue(queue, 2);
        Assert.Equal(Admission.Full, queue.Enqueue(Begin()));
        var drained = queue.DrainAsync();
        Assert.Equal(Admission.Closed, queue.Enqueue(Begin()));
        Assert.False(drained.IsCompleted);
        for (var i = 0; i < 2; i++)
        {
            Take(queue);
            Assert.True(queue.TryDequeue(out _));
        }

        Assert.True(drained.IsCompletedSuccessfully);
    }

    [Fact]
    public void Overdue_commands_fail_once_and_keep_their_place_while_unsent_ones_are_dropped()
    {
        var queue = new CommandQueue(maxWaiting: 10, maxInFlight: 1, maxInFlightBytes: 100);
        _now = 1;
        var commands = Enqueue(queue, 2);
        Take(queue);
        _now = 50;
        var young = Enqueue(queue, 1);
        Assert.Equal(2, queue.FailOverdue(limit: 10, "late"));
        Assert.Equal(0, queue.FailOverdue(limit: 10, "late"));
        Assert.True(queue.TryDequeue(out var tombstone));
        Assert.Same(commands[0], tombstone);
        Assert.False(tombstone.TryComplete(RedisReply.Null));
        Assert.Equal(young, Take(queue));
    }

    [Fact]
    public async Task The_writer_wakes_for_work_for_room_and_for_the_end()
    {
        var queue = new CommandQueue(maxWaiting: 10, maxInFlight: 1, maxInFlightBytes: 100);
        var waiting = queue.WaitForWorkAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        Enqueue(queue, 2);
        Assert.True(await waiting);
        Take(queue);
        waiting = queue.WaitForWorkAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        Assert.True(queue.TryDequeue(out _));
        Assert.True(await waiting);
        Take(queue);
        waiting = queue.WaitForWorkAsync().AsTask();
        queue.End();
        Assert.False(await waiting);
        Assert.False(await queue.WaitForWorkAsync());
    }

    [Fact]
    public async Task Everything_left_at_the_end_fails_with_what_may_have_been_executed_told_apart()
    {
        var queue = new CommandQueue(maxWaiting: 10, maxInFlight: 1, maxInFlightBytes: 100);
        var results = new List<Task<RedisReply>>();
        for (var i = 0; i < 3; i++)
        {
            using var command = RedisCommand.Create("PING"u8);
            var pending = _pool.Rent();
            results.Add(pending.Begin(command, _now).AsTask());
            queue.Enqueue(pending);
        }

        Take(queue);
        queue.End();
        Assert.Equal(3, queue.FailAll(RedisErrorKind.ConnectionLost, "lost", new InvalidOperationException()));
        var maybeExecuted = new List<bool>();
        foreach (var result in results)
        {
            maybeExecuted.Add((await Assert.ThrowsAsync<RedisException>(() => result)).MaybeExecuted);
        }

        Assert.Equal([true, false, false], maybeExecuted);
    }

    private PendingCommand Begin(string? argument = null)
    {
        using var command = RedisCommand.Create("PING"u8);
        if (argument is not null)
        {
            command.Add(argument);
        }

        var pending = _pool.Rent();
        _ = pending.Begin(command, _now).AsTask();
        return pending;
    }

    private PendingCommand[] Enqueue(CommandQueue queue, int count)
    {
        var commands = Enumerable.Range(0, count).Select(_ => Begin()).ToArray();
        Assert.All(commands, command => Assert.Equal(Admission.Accepted, queue.Enqueue(command)));
        return commands;
    }

    private List<PendingCommand> Take(CommandQueue queue)
    {
        var batch = new List<PendingCommand>();
        queue.TakeBatch(batch, _now);
        return batch;
    }
}
