using LocalSqs.Protocol;

namespace LocalSqs.Queues;

/// <summary>One queue: its messages, the receives that wait for them, its settings and counters. Thread-safe through one lock.</summary>
internal sealed class SqsQueue : IDisposable
{
    /// <summary>SQS's limit of messages in flight.</summary>
    public const int LargestInFlight = 120_000;

    private readonly Lock _gate = new();
    private readonly QueueEnvironment _environment;
    private readonly MessageStore _store;
    private readonly QueueStatistics _statistics = new();
    private readonly MessageIntake _intake;
    private readonly LinkedList<LongPoll> _polls = [];
    private readonly ITimer _dueTimer;
    private List<Message> _deadLetters = [];
    private bool _deleted;

    public SqsQueue(string name, uint instance, QueueSettings settings, QueueEnvironment environment)
    {
        Name = name;
        Arn = environment.ArnOf(name);
        Settings = settings;
        _environment = environment;
        Created = environment.Clock.UtcNow;
        var random = new Random(environment.NextSeed());
        IReadyMessages ready = settings.FifoQueue ? new GroupedMessages() : new UnorderedMessages(environment.Shuffle ? random : null);
        _store = new MessageStore(StableHash(name), instance, settings.FifoQueue, ready);
        _intake = new MessageIntake(_store, _statistics, random, settings.FifoQueue ? 0 : environment.DuplicateShare);
        _dueTimer = environment.Clock.TimeProvider.CreateTimer(
            static queue => ((SqsQueue)queue!).ServeDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Name { get; }

    public string Arn { get; }

    public DateTimeOffset Created { get; }

    public QueueSettings Settings { get; }

    /// <summary>How many receives wait for a message.</summary>
    public int WaitingReceives
    {
        get
        {
            lock (_gate)
            {
                return _polls.Count;
            }
        }
    }

    /// <summary>Stores a message. Receives that wait get it with <see cref="WakeReceives"/>, after the last message of a batch.</summary>
    /// <param name="draft">The message.</param>
    /// <param name="filled">Whether it comes from outside the SQS protocol.</param>
    public SentMessage Send(in MessageDraft draft, bool filled = false)
    {
        lock (_gate)
        {
            ThrowIfDeleted();
            var sent = _intake.Send(draft, Settings, _environment.Clock.Now);
            _statistics.CountIn(filled);
            return sent;
        }
    }

    /// <summary>Lets waiting receives have what is ready.</summary>
    public void WakeReceives()
    {
        lock (_gate)
        {
            Serve(_environment.Clock.Now);
        }

        ForwardDeadLetters();
    }

    /// <summary>Receives without waiting.</summary>
    /// <param name="options">What is asked for.</param>
    /// <param name="mayWait">Whether the caller calls <see cref="ReceiveAsync"/> next when there is nothing: such a receive is not counted as finished.</param>
    /// <param name="received">Where messages are added.</param>
    /// <returns>Whether there were any.</returns>
    public bool TryReceive(ReceiveOptions options, bool mayWait, List<ReceivedMessage> received)
    {
        lock (_gate)
        {
            ThrowIfDeleted();
            var now = _environment.Clock.Now;
            if (_store.InFlightCount >= LargestInFlight && !mayWait)
            {
                throw new SqsException(SqsError.OverLimit);
            }

            Take(options, now, received);
            if (received.Count > 0 || !mayWait)
            {
                _statistics.CountReceive(received, now);
            }
        }

        ForwardDeadLetters();
        return received.Count > 0;
    }

    /// <summary>Receives as soon as there is a message, or nothing when <paramref name="wait"/> is over.</summary>
    /// <param name="options">What is asked for.</param>
    /// <param name="wait">How long to wait at most.</param>
    /// <param name="received">Where messages are added.</param>
    /// <param name="clientGone">Ends the wait of a client that has hung up: it takes no message.</param>
    public async Task ReceiveAsync(ReceiveOptions options, TimeSpan wait, List<ReceivedMessage> received, CancellationToken clientGone)
    {
        var poll = new LongPoll(options, received);
        lock (_gate)
        {
            ThrowIfDeleted();
            _polls.AddLast(poll);
            Serve(_environment.Clock.Now);
        }

        ForwardDeadLetters();
        await using (_environment.Clock.TimeProvider.CreateTimer(_ => End(poll), null, wait, Timeout.InfiniteTimeSpan))
        await using (clientGone.UnsafeRegister(_ => End(poll), null))
        {
            await poll.Completion;
        }

        if (clientGone.IsCancellationRequested)
        {
            TakeBack(received);
        }
    }

    /// <summary>Puts back what was received for a client that is gone; it does not count as a receive.</summary>
    public void TakeBack(List<ReceivedMessage> received)
    {
        lock (_gate)
        {
            foreach (var message in received)
            {
                _store.TakeBack(message);
            }

            received.Clear();
            Serve(_environment.Clock.Now);
        }

        ForwardDeadLetters();
    }

    public DeleteOutcome Delete(in ReceiptHandle handle)
    {
        DeleteOutcome outcome;
        lock (_gate)
        {
            ThrowIfDeleted();
            var now = _environment.Clock.Now;
            _store.ReleaseDue(now);
            outcome = _store.Delete(handle, out var receivedTicks);
            _statistics.CountDelete(outcome, receivedTicks, now);
            Serve(now); // a FIFO group may be free now
        }

        ForwardDeadLetters();
        return outcome;
    }

    public VisibilityOutcome ChangeVisibility(in ReceiptHandle handle, int seconds)
    {
        VisibilityOutcome outcome;
        lock (_gate)
        {
            ThrowIfDeleted();
            var now = _environment.Clock.Now;
            _store.ReleaseDue(now);
            outcome = _store.ChangeVisibility(handle, seconds * TimeSpan.TicksPerSecond, now);
            Serve(now);
        }

        ForwardDeadLetters();
        return outcome;
    }

    public void Purge()
    {
        lock (_gate)
        {
            ThrowIfDeleted();
            _store.Clear();
        }
    }

    /// <summary>Runs <paramref name="read"/> under the lock on the present state.</summary>
    public T Inspect<T>(Func<MessageStore, QueueStatistics, T> read)
    {
        lock (_gate)
        {
            _store.ReleaseDue(_environment.Clock.Now);
            return read(_store, _statistics);
        }
    }

    /// <summary>Ends all waits with an empty answer, as for a server that shuts down.</summary>
    public void EndReceives()
    {
        lock (_gate)
        {
            while (_polls.First is { } first)
            {
                End(first.Value);
            }
        }
    }

    /// <summary>The queue is deleted: waiting receives fail, every later call does.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _deleted = true;
            _store.Clear();
            foreach (var poll in _polls)
            {
                poll.Fail(new SqsException(SqsError.QueueDoesNotExist));
            }

            _polls.Clear();
        }

        _dueTimer.Dispose();
    }

    /// <summary>Takes the next visible message out for good, to be moved.</summary>
    /// <param name="mayGo">Says whether it has somewhere to go; if not, it stays.</param>
    /// <param name="isEmpty">Whether there is none.</param>
    public Message? TakeOut(Func<Message, bool> mayGo, out bool isEmpty)
    {
        lock (_gate)
        {
            _store.ReleaseDue(_environment.Clock.Now);
            return _store.TakeOut(mayGo, out isEmpty);
        }
    }

    /// <summary>Takes in what a move task brings: a new message with the old text and attributes.</summary>
    public void AcceptMoved(Message moved)
    {
        lock (_gate)
        {
            if (!_deleted)
            {
                _intake.AcceptMoved(moved, Settings, _environment.Clock.Now);
            }
        }

        WakeReceives();
    }

    // What another queue gave up on.
    private void AcceptDeadLetters(List<Message> letters, string source)
    {
        lock (_gate)
        {
            if (_deleted)
            {
                return;
            }

            var now = _environment.Clock.Now;
            foreach (var letter in letters)
            {
                _intake.Accept(letter, source, Settings, now);
            }
        }

        WakeReceives();
    }

    private void ServeDue()
    {
        lock (_gate)
        {
            if (_deleted)
            {
                return;
            }

            Serve(_environment.Clock.Now);
        }

        ForwardDeadLetters();
    }

    // Gives waiting receives what is ready, longest wait first; then sees to being called when the next hidden message is due.
    private void Serve(Instant now)
    {
        while (_polls.First is { } first)
        {
            var poll = first.Value;
            Take(poll.Options, now, poll.Received);
            if (poll.Received.Count == 0)
            {
                if (_store.NextDueTicks is { } due)
                {
                    _dueTimer.Change(TimeSpan.FromTicks(Math.Max(due - now.Ticks, TimeSpan.TicksPerMillisecond)), Timeout.InfiniteTimeSpan);
                }

                return;
            }

            _polls.RemoveFirst();
            _statistics.CountReceive(poll.Received, now);
            poll.Complete();
        }
    }

    private void Take(ReceiveOptions options, Instant now, List<ReceivedMessage> received)
    {
        _store.ReleaseDue(now);
        var maximum = Math.Min(options.Maximum, LargestInFlight - _store.InFlightCount);
        var maxReceiveCount = Settings.RedrivePolicy is { } policy && _environment.FindByArn(policy.DeadLetterTargetArn) is not null
            ? policy.MaxReceiveCount
            : (int?)null;
        var visibility = (options.VisibilitySeconds ?? Settings.VisibilityTimeout) * TimeSpan.TicksPerSecond;
        _store.Receive(maximum, visibility, maxReceiveCount, now, received, _deadLetters);
    }

    private void End(LongPoll poll)
    {
        lock (_gate)
        {
            if (_polls.Remove(poll))
            {
                _statistics.CountReceive([], _environment.Clock.Now);
                poll.Complete();
            }
        }
    }

    // Outside the lock: two queues can be dead-letter queues of each other.
    private void ForwardDeadLetters()
    {
        List<Message> letters;
        lock (_gate)
        {
            if (_deadLetters.Count == 0)
            {
                return;
            }

            letters = _deadLetters;
            _deadLetters = [];
            _statistics.CountDeadLetters(letters.Count);
        }

        if (Settings.RedrivePolicy is { } policy)
        {
            _environment.FindByArn(policy.DeadLetterTargetArn)?.AcceptDeadLetters(letters, Arn);
        }
    }

    private void ThrowIfDeleted()
    {
        if (_deleted)
        {
            throw new SqsException(SqsError.QueueDoesNotExist);
        }
    }

    // FNV-1a: the same in every run, unlike string.GetHashCode.
    private static uint StableHash(string name) => name.Aggregate(2166136261u, static (hash, character) => (hash ^ character) * 16777619u);
}
