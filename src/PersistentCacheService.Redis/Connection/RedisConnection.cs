using System.IO.Pipelines;
using PersistentCacheService.Redis.Pipeline;
using PersistentCacheService.Redis.Protocol;

namespace PersistentCacheService.Redis.Connection;

/// <summary>
/// One connection from its stream to its end: a writer loop, a reader loop and a watch over both. <see cref="Break"/> is the only thing
/// that ends it; the first reason wins, and every command in hand fails exactly once with it.
/// </summary>
#pragma warning disable CA1001 // Break disposes the watch: it is this class's one way to end.
internal sealed class RedisConnection
#pragma warning restore CA1001
{
    private readonly Stream _stream;
    private readonly RedisOptions _options;
    private readonly TimeProvider _clock;
    private readonly IRedisObserver? _observer;
    private readonly CommandPool _pool;
    private readonly CommandQueue _queue;
    private readonly ConnectionWatch _watch;
    private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RedisException? _breakReason;
    private long _lastReadAt;
    private bool _hasAnswered;

    /// <summary>Takes the stream over and starts to work on it.</summary>
    public RedisConnection(Stream stream, RedisOptions options, TimeProvider clock, IRedisObserver? observer, CommandPool pool)
    {
        _stream = stream;
        _options = options;
        _clock = clock;
        _observer = observer;
        _pool = pool;
        _queue = new CommandQueue(options.MaxQueuedCommands, options.MaxInFlightCommands, options.MaxInFlightBytes);
        _lastReadAt = clock.GetTimestamp();
        _watch = new ConnectionWatch(this, _queue, options, clock, observer);
        Ended = RunAsync();
    }

    /// <summary>Completes when the connection is broken and every command has been failed. Never faults.</summary>
    public Task Ended { get; }

    /// <summary>Completes at once when the connection is broken, before its commands are failed.</summary>
    public Task Broken => _broken.Task;

    /// <summary>Why the connection was broken; null while it was not.</summary>
    public RedisException? BreakReason => Volatile.Read(ref _breakReason);

    /// <summary>When something was last read; a timestamp of the connection's clock.</summary>
    public long LastReadAt => Volatile.Read(ref _lastReadAt);

    /// <summary>Whether a whole reply ever came.</summary>
    public bool HasAnswered => Volatile.Read(ref _hasAnswered);

    /// <summary>Commands sent and not yet answered.</summary>
    public int InFlight => _queue.InFlight;

    /// <summary>Sends a command and gives its reply. Takes over <paramref name="command"/> only as long as it needs it.</summary>
    public ValueTask<RedisReply> ExecuteAsync(RedisCommand command, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<RedisReply>(cancellationToken);
        }

        var pending = _pool.Rent();
        var result = pending.Begin(command, _clock.GetTimestamp());
        switch (_queue.Enqueue(pending))
        {
            case Admission.Closed:
                _observer?.Failed(RedisErrorKind.NotConnected, 1);
                pending.TryFail(RedisErrorKind.NotConnected, "The connection to Redis has just ended.", BreakReason);
                pending.Release();
                break;
            case Admission.Full:
                _observer?.Failed(RedisErrorKind.Overloaded, 1);
                pending.TryFail(RedisErrorKind.Overloaded, $"More than {_options.MaxQueuedCommands} commands wait for Redis.");
                pending.Release();
                break;
            default:
                if (cancellationToken.CanBeCanceled)
                {
                    pending.CancelWith(cancellationToken);
                }

                break;
        }

        return result;
    }

    /// <summary>Ends the connection. Only the first call has an effect.</summary>
    public void Break(RedisException reason)
    {
        if (Interlocked.CompareExchange(ref _breakReason, reason, comparand: null) is null)
        {
            _queue.End();
            _watch.Dispose();
            _broken.SetResult();
        }
    }

    /// <summary>Takes no new commands; completes when those in hand are answered or the connection is broken.</summary>
    public Task DrainAsync() => _queue.DrainAsync();

    private async Task RunAsync()
    {
        // Not on the creator's thread: the owner goes on with the handshake.
        var writing = Task.Run(() => RunGuardedAsync(WriteAsync));
        var reading = Task.Run(() => RunGuardedAsync(ReadAsync));
        var watching = Task.Run(() => RunGuardedAsync(_watch.RunAsync));
        await _broken.Task;

        // Closing the stream is what ends a read or write that waits for the peer.
        await _stream.DisposeAsync();
        await Task.WhenAll(writing, reading, watching);
        var reason = BreakReason!;
        if (_queue.FailAll(RedisErrorKind.ConnectionLost, $"The connection to Redis ended: {reason.Message}", reason) is > 0 and var lost)
        {
            _observer?.Failed(RedisErrorKind.ConnectionLost, lost);
        }
    }

    private async Task RunGuardedAsync(Func<Task> loop)
    {
        try
        {
            await loop();
        }
        catch (RespProtocolException exception)
        {
            Break(new RedisException(RedisErrorKind.ProtocolViolation, $"Redis sent something that is not RESP: {exception.Message}", innerException: exception));
        }
        catch (Exception exception)
        {
            // After Break these are the echo of closing the stream, and Break ignores them.
            Break(new RedisException(RedisErrorKind.ConnectionLost, $"Network error: {exception.Message}", innerException: exception));
        }
    }

    private async Task WriteAsync()
    {
        var writer = PipeWriter.Create(_stream, new StreamPipeWriterOptions(minimumBufferSize: 64 * 1024, leaveOpen: true));
        var batch = new List<PendingCommand>();
        try
        {
            while (await _queue.WaitForWorkAsync())
            {
                _queue.TakeBatch(batch, _clock.GetTimestamp());
                foreach (var command in batch)
                {
                    command.Command.WriteTo(writer, command.WholeScript);
                }

                batch.Clear();
                await writer.FlushAsync();
            }
        }
        finally
        {
            await CompleteQuietlyAsync(writer);
        }
    }

    private async Task ReadAsync()
    {
        var reader = PipeReader.Create(_stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, minimumReadSize: 4 * 1024, leaveOpen: true));
        var parser = new RespReader(new RespLimits(_options.MaxReplyBulkLength, _options.MaxReplyElements));
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync();
                var now = _clock.GetTimestamp();
                Volatile.Write(ref _lastReadAt, now);
                var buffer = result.Buffer;
                while (parser.TryRead(ref buffer, out var reply))
                {
                    _hasAnswered = true;
                    Deliver(reply, now);
                }

                reader.AdvanceTo(buffer.Start, buffer.End);
                if (result.IsCompleted)
                {
                    Break(new RedisException(RedisErrorKind.ConnectionLost, "Redis closed the connection."));
                }

                if (BreakReason is not null)
                {
                    return;
                }
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    /// <summary>Gives a reply to the oldest unanswered command.</summary>
    private void Deliver(RedisReply reply, long now)
    {
        if (!_queue.TryDequeue(out var command))
        {
            Break(UnaskedReply(reply));
            return;
        }

        if (reply.Kind == RedisReplyKind.Error)
        {
            DeliverError(command, reply);
        }
        else
        {
            _observer?.Answered(_clock.GetElapsedTime(command.CreatedAt, now));
            command.TryComplete(reply);
            command.Release();
        }
    }

    private void DeliverError(PendingCommand command, RedisReply reply)
    {
        var kind = reply.ErrorKind;
        if (kind == RedisErrorKind.NoScript && command.TryPrepareWholeScript())
        {
            _queue.Requeue(command);
            return;
        }

        var error = ErrorReply.ToException(command.Command.Name, reply.Bytes.Span);
        _observer?.Failed(kind, 1);
        command.TryFail(error);
        command.Release();

        // A demoted primary keeps the connection open and refuses for ever: leave it and look for the primary anew.
        // A server that turns out to be a cluster is left, too: Ready would be a lie.
        if (kind.Advice() is RedisErrorAdvice.Reconnect or RedisErrorAdvice.ClusterUnsupported)
        {
            Break(error);
        }
    }

    /// <summary>A refused client gets its error before it asked anything; every other reply without a command means that the order is lost.</summary>
    private static RedisException UnaskedReply(RedisReply reply) => reply.Kind == RedisReplyKind.Error
        ? new RedisException(reply.ErrorKind, $"Redis refused the connection: {ErrorReply.Clean(reply.Bytes.Span)}")
        : new RedisException(RedisErrorKind.ProtocolViolation, $"A reply ({reply.Kind}) came that no command waits for.");

    /// <summary>Completing flushes what is staged, into a stream that is closed by now; that it fails is no news.</summary>
    private static async Task CompleteQuietlyAsync(PipeWriter writer)
    {
        try
        {
            await writer.CompleteAsync();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The reason the connection broke is already known.
        }
    }
}
