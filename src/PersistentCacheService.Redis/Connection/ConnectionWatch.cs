using PersistentCacheService.Redis.Pipeline;

namespace PersistentCacheService.Redis.Connection;

/// <summary>Deadlines of all commands, silence of the peer and idle connections, in one coarse scan instead of a timer per command.</summary>
internal sealed class ConnectionWatch : IDisposable
{
    private readonly RedisConnection _connection;
    private readonly CommandQueue _queue;
    private readonly RedisOptions _options;
    private readonly TimeProvider _clock;
    private readonly IRedisObserver? _observer;
    private readonly PeriodicTimer _timer;

    /// <summary>Prepares the watch over a connection and its commands.</summary>
    public ConnectionWatch(RedisConnection connection, CommandQueue queue, RedisOptions options, TimeProvider clock, IRedisObserver? observer)
    {
        _connection = connection;
        _queue = queue;
        _options = options;
        _clock = clock;
        _observer = observer;

        // A twentieth of the timeout is as exact as a timeout needs to be; 250 ms keep an idle process quiet.
        _timer = new PeriodicTimer(TimeSpan.FromMilliseconds(Math.Clamp(options.CommandTimeout.TotalMilliseconds / 20, 5, 250)), clock);
    }

    /// <summary>Watches until <see cref="Dispose"/>.</summary>
    public async Task RunAsync()
    {
        var lastTick = _clock.GetTimestamp();
        var excused = false;
        while (await _timer.WaitForNextTickAsync())
        {
            var now = _clock.GetTimestamp();
            var stalled = _clock.GetElapsedTime(lastTick, now) > _options.CommandTimeout / 2;
            lastTick = now;

            // A very late tick proves that this process stood still, not the server: let the reader catch up before anybody is blamed.
            // But not twice in a row: on a machine that is always late, deadlines still have to mean something.
            excused = stalled && !excused;
            if (!excused)
            {
                Look(now);
            }
        }
    }

    /// <summary>Ends the watch.</summary>
    public void Dispose() => _timer.Dispose();

    private void Look(long now)
    {
        var limit = now - (long)(_options.CommandTimeout.TotalSeconds * _clock.TimestampFrequency);
        if (_queue.FailOverdue(limit, $"No reply from Redis within {_options.CommandTimeout.TotalSeconds:0.###} s.") is > 0 and var overdue)
        {
            _observer?.Failed(RedisErrorKind.Timeout, overdue);
        }

        if (_queue.OldestSentAt() is { } sentAt)
        {
            if (_clock.GetElapsedTime(Math.Max(sentAt, _connection.LastReadAt), now) > _options.SilenceLimit)
            {
                _connection.Break(
                    new RedisException(RedisErrorKind.ServerSilent, $"Redis answered nothing for {_options.SilenceLimit.TotalSeconds:0.###} s."));
            }
        }
        else if (_clock.GetElapsedTime(_connection.LastReadAt, now) > _options.IdlePingInterval && _queue.IsIdle)
        {
            _ = PingAsync();
        }
    }

    /// <summary>Any answer is a sign of life, also NOPERM. Errors that concern the connection break it where they arrive.</summary>
    private async Task PingAsync()
    {
        try
        {
            using var ping = RedisCommand.Create("PING"u8);
            await _connection.ExecuteAsync(ping, CancellationToken.None);
        }
        catch (RedisException)
        {
            // Counted where it was delivered; silence is the watch's own matter.
        }
    }
}
