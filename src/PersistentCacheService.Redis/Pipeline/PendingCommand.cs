using System.Threading.Tasks.Sources;
using Microsoft.Extensions.ObjectPool;

namespace PersistentCacheService.Redis.Pipeline;

/// <summary>
/// A command on its way, and the promise of its reply. Reused: it goes back to the pool only when nobody can touch it any more, that is
/// after the caller took the result <b>and</b> the queue let go of it. A command that timed out or was cancelled stays in the
/// queue as a tombstone, so that its late reply meets its own place and nobody else's.
/// </summary>
internal sealed class PendingCommand(ObjectPool<PendingCommand> pool) : IValueTaskSource<RedisReply>, IThreadPoolWorkItem
{
    private const int Sent = 1;
    private const int Settled = 2;

    private ManualResetValueTaskSourceCore<RedisReply> _core;
    private CancellationTokenRegistration _cancellation;
    private CancellationToken _cancellationToken;
    private RedisCommand? _command;
    private RedisReply _reply;
    private Exception? _error;
    private int _stage;
    private int _references;

    /// <summary>The frame to send.</summary>
    public RedisCommand Command => _command!;

    /// <summary>When the caller handed it over; a timestamp of the connection's clock.</summary>
    public long CreatedAt { get; private set; }

    /// <summary>When its bytes were staged for the socket; a timestamp of the connection's clock.</summary>
    public long SentAt { get; private set; }

    /// <summary>True after a NOSCRIPT: the script's body goes instead of its SHA1.</summary>
    public bool WholeScript { get; private set; }

    /// <summary>Bytes it adds to those in flight; the same number for its whole time in the queue.</summary>
    public int Weight { get; private set; }

    /// <summary>Prepares it for a command. The caller and the queue hold it from now on.</summary>
    public ValueTask<RedisReply> Begin(RedisCommand command, long now)
    {
        command.SealAndKeep();
        _command = command;
        Weight = command.Length;
        CreatedAt = now;
        WholeScript = false;
        _stage = 0;
        _references = 2;
        return new ValueTask<RedisReply>(this, _core.Version);
    }

    /// <summary>Lets the caller's token end the wait. Call it after the queue took the command.</summary>
    public void CancelWith(CancellationToken cancellationToken)
    {
        _cancellationToken = cancellationToken;
        _cancellation = cancellationToken.UnsafeRegister(
            static state =>
            {
                var self = (PendingCommand)state!;
                self.TryFail(new OperationCanceledException(self._cancellationToken));
            },
            this);
    }

    /// <summary>Marks it as sent; false when it was settled before, so that it must not be sent any more.</summary>
    public bool TryMarkSent(long now)
    {
        SentAt = now;
        return Interlocked.CompareExchange(ref _stage, Sent, 0) == 0;
    }

    /// <summary>The server did not know the script: it is to be sent again, with its body. False when it was settled meanwhile or was sent so already.</summary>
    public bool TryPrepareWholeScript()
    {
        if (WholeScript || Command.Script is null || Interlocked.CompareExchange(ref _stage, 0, Sent) != Sent)
        {
            return false;
        }

        WholeScript = true;
        return true;
    }

    /// <summary>Gives the caller the reply. The first to settle wins; false for all others.</summary>
    public bool TryComplete(RedisReply reply)
    {
        if (!TrySettle(out _))
        {
            return false;
        }

        _reply = reply;
        ResumeCaller();
        return true;
    }

    /// <summary>Gives the caller an error.</summary>
    public bool TryFail(Exception error)
    {
        if (!TrySettle(out _))
        {
            return false;
        }

        _error = error;
        ResumeCaller();
        return true;
    }

    /// <summary>Gives the caller an error that says whether the command may have been executed.</summary>
    public bool TryFail(RedisErrorKind kind, string message, Exception? innerException = null)
    {
        if (!TrySettle(out var sent))
        {
            return false;
        }

        _error = new RedisException(kind, message, maybeExecuted: sent, innerException);
        ResumeCaller();
        return true;
    }

    /// <summary>One holder lets go: the queue, or the caller through <see cref="GetResult"/>.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _references) > 0)
        {
            return;
        }

        // Unregister does not wait. When it fails the callback runs or ran, and could meet the next user of this object: leave it to the collector.
        var reusable = _cancellation == default || _cancellation.Unregister();
        _command?.Release();
        _command = null;
        if (reusable)
        {
            _cancellation = default;
            _cancellationToken = default;
            _reply = default;
            _error = null;
            _core.Reset();
            pool.Return(this);
        }
    }

    /// <inheritdoc/>
    public RedisReply GetResult(short token)
    {
        if (_core.GetStatus(token) == ValueTaskSourceStatus.Pending)
        {
            throw new InvalidOperationException("The command's result was asked for before it was there.");
        }

        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            Release();
        }
    }

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    /// <summary>Runs on the thread pool: whatever the caller does with the reply, it never does it on the reader's thread.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        if (_error is null)
        {
            _core.SetResult(_reply);
        }
        else
        {
            _core.SetException(_error);
        }

        Release();
    }

    private bool TrySettle(out bool sent)
    {
        var before = Interlocked.Or(ref _stage, Settled);
        sent = (before & Sent) != 0;
        return (before & Settled) == 0;
    }

    /// <summary>The work item holds the object too. It is itself the item: nothing is allocated, unlike RunContinuationsAsynchronously.</summary>
    private void ResumeCaller()
    {
        Interlocked.Increment(ref _references);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }
}
