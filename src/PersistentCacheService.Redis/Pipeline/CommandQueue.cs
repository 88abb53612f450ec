using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace PersistentCacheService.Redis.Pipeline;

/// <summary>
/// The commands of one connection, in two lines under one lock: those that wait to be sent, and those that wait for their reply, in the
/// order of their bytes. A command enters the second line before its bytes can reach the socket, and leaves it only for its reply.
/// The second line is bounded by count and bytes; while it is full the first one holds the callers back, and it is bounded as well.
/// </summary>
internal sealed class CommandQueue(int maxWaiting, int maxInFlight, long maxInFlightBytes)
{
    /// <summary>64 KiB to a flush: one write call and one segment; larger batches only delay the first reply.</summary>
    private const int BatchBytes = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<PendingCommand> _waiting = new();
    private readonly Queue<PendingCommand> _inFlight = new();
    private readonly WorkSignal _work = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _inFlightBytes;
    private bool _writerWaits;
    private bool _refusing;
    private bool _ended;

    /// <summary>Commands sent and not yet answered.</summary>
    public int InFlight
    {
        get
        {
            lock (_lock)
            {
                return _inFlight.Count;
            }
        }
    }

    /// <summary>True when no command is in hand.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock)
            {
                return IsEmpty;
            }
        }
    }

    private bool IsEmpty => _waiting.Count == 0 && _inFlight.Count == 0;

    /// <summary>Puts a command at the end of the line.</summary>
    public Admission Enqueue(PendingCommand command)
    {
        bool wake;
        lock (_lock)
        {
            if (_refusing)
            {
                return Admission.Closed;
            }

            if (_waiting.Count >= maxWaiting)
            {
                return Admission.Full;
            }

            _waiting.Enqueue(command);
            wake = ClaimWake();
        }

        Wake(wake);
        return Admission.Accepted;
    }

    /// <summary>Puts a command that was sent back into the line: its reply came, and it is to be sent in another form.</summary>
    public void Requeue(PendingCommand command)
    {
        bool wake;
        lock (_lock)
        {
            _waiting.Enqueue(command);
            wake = ClaimWake();
        }

        Wake(wake);
    }

    /// <summary>Completes when <see cref="TakeBatch"/> has something to give, or with false when the connection ended. For the writer alone.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> WaitForWorkAsync()
    {
        while (true)
        {
            ValueTask signal;
            lock (_lock)
            {
                if (_ended)
                {
                    return false;
                }

                if (CanSend)
                {
                    return true;
                }

                _writerWaits = true;
                signal = _work.WaitAsync();
            }

            await signal;
        }
    }

    /// <summary>Moves what may be sent now into the second line and lists it in <paramref name="batch"/>. Commands settled meanwhile are dropped unsent.</summary>
    public void TakeBatch(List<PendingCommand> batch, long now)
    {
        lock (_lock)
        {
            var bytes = 0;
            while (bytes < BatchBytes && CanSend)
            {
                var command = _waiting.Dequeue();
                if (!command.TryMarkSent(now))
                {
                    command.Release();
                    continue;
                }

                _inFlight.Enqueue(command);
                _inFlightBytes += command.Weight;
                bytes += command.Weight;
                batch.Add(command);
            }

            TellWhenDrained();
        }
    }

    /// <summary>Takes the command whose reply has come. The caller must settle and release it. False: nobody waits for a reply.</summary>
    public bool TryDequeue([NotNullWhen(true)] out PendingCommand? command)
    {
        bool wake;
        lock (_lock)
        {
            if (!_inFlight.TryDequeue(out command))
            {
                return false;
            }

            _inFlightBytes -= command.Weight;
            wake = ClaimWake();
            TellWhenDrained();
        }

        Wake(wake);
        return true;
    }

    /// <summary>Fails commands created before <paramref name="limit"/>; returns how many that were. They keep their place, for their late reply.</summary>
    public int FailOverdue(long limit, string message)
    {
        var failed = 0;
        lock (_lock)
        {
            foreach (var line in (ReadOnlySpan<Queue<PendingCommand>>)[_inFlight, _waiting])
            {
                foreach (var command in line)
                {
                    if (command.CreatedAt < limit && command.TryFail(RedisErrorKind.Timeout, message))
                    {
                        failed++;
                    }
                }
            }
        }

        return failed;
    }

    /// <summary>When the oldest unanswered command was sent; null when none is.</summary>
    public long? OldestSentAt()
    {
        lock (_lock)
        {
            return _inFlight.TryPeek(out var oldest) ? oldest.SentAt : null;
        }
    }

    /// <summary>Takes no new commands from now on; completes when those in hand are answered.</summary>
    public Task DrainAsync()
    {
        lock (_lock)
        {
            _refusing = true;
            TellWhenDrained();
        }

        return _drained.Task;
    }

    /// <summary>Takes no new commands and ends the writer's wait.</summary>
    public void End()
    {
        bool wake;
        lock (_lock)
        {
            _refusing = true;
            _ended = true;
            wake = _writerWaits;
            _writerWaits = false;
        }

        Wake(wake);
    }

    /// <summary>Fails whatever is left; returns how many that were. Only when reader and writer have stopped: frames go back to their pool here.</summary>
    public int FailAll(RedisErrorKind kind, string message, Exception innerException)
    {
        var failed = 0;
        lock (_lock)
        {
            foreach (var line in (ReadOnlySpan<Queue<PendingCommand>>)[_inFlight, _waiting])
            {
                while (line.TryDequeue(out var command))
                {
                    failed += command.TryFail(kind, message, innerException) ? 1 : 0;
                    command.Release();
                }
            }

            _inFlightBytes = 0;
            TellWhenDrained();
        }

        return failed;
    }

    private bool CanSend =>
        _waiting.TryPeek(out var next)
        && _inFlight.Count < maxInFlight
        && (_inFlight.Count == 0 || _inFlightBytes + next.Weight <= maxInFlightBytes);

    private bool ClaimWake()
    {
        if (!_writerWaits || !CanSend)
        {
            return false;
        }

        _writerWaits = false;
        return true;
    }

    /// <summary>Outside the lock: what the signal sets off must not meet it.</summary>
    private void Wake(bool wake)
    {
        if (wake)
        {
            _work.Set();
        }
    }

    private void TellWhenDrained()
    {
        if (_refusing && IsEmpty)
        {
            _drained.TrySetResult();
        }
    }
}
