namespace LocalSqs.Queues;

/// <summary>Counters of one queue; changed under its lock.</summary>
internal sealed class QueueStatistics
{
    private readonly HeldTimes _held = new();

    /// <summary>Messages put in through SendMessage and SendMessageBatch.</summary>
    public long Sent { get; private set; }

    /// <summary>Messages put in through the control endpoints or in-process.</summary>
    public long Filled { get; private set; }

    /// <summary>Extra copies made on purpose.</summary>
    public long Duplicated { get; set; }

    /// <summary>Messages handed out, redeliveries included.</summary>
    public long Received { get; private set; }

    /// <summary>Messages handed out for the second time or later.</summary>
    public long Redelivered { get; private set; }

    public long Deleted { get; private set; }

    /// <summary>Deletes with a handle that was not the latest: answered with success, nothing deleted.</summary>
    public long StaleDeletes { get; private set; }

    /// <summary>Messages moved to the dead-letter queue.</summary>
    public long DeadLetters { get; set; }

    /// <summary>Finished ReceiveMessage calls.</summary>
    public long Receives { get; private set; }

    public long EmptyReceives { get; private set; }

    /// <summary>First receive that handed out a message, in monotonic ticks.</summary>
    public long? FirstReceiveTicks { get; private set; }

    /// <summary>Latest successful delete, in monotonic ticks.</summary>
    public long? LastDeleteTicks { get; private set; }

    /// <summary>A message came in.</summary>
    public void CountIn(bool filled)
    {
        if (filled)
        {
            Filled++;
        }
        else
        {
            Sent++;
        }
    }

    /// <summary>A receive is finished.</summary>
    public void CountReceive(IReadOnlyList<ReceivedMessage> received, Instant now)
    {
        Receives++;
        if (received.Count == 0)
        {
            EmptyReceives++;
            return;
        }

        FirstReceiveTicks ??= now.Ticks;
        Received += received.Count;
        Redelivered += received.Count(static message => message.ReceiveCount > 1);
    }

    /// <summary>A delete is done.</summary>
    /// <param name="outcome">What came of it.</param>
    /// <param name="receivedTicks">When the message was handed out.</param>
    /// <param name="now">The moment.</param>
    public void CountDelete(DeleteOutcome outcome, long receivedTicks, Instant now)
    {
        if (outcome == DeleteOutcome.Deleted)
        {
            Deleted++;
            LastDeleteTicks = now.Ticks;
            _held.Add(now.Ticks - receivedTicks);
        }
        else if (outcome == DeleteOutcome.Stale)
        {
            StaleDeletes++;
        }
    }

    public QueueFigures ToFigures() => new()
    {
        Sent = Sent,
        Filled = Filled,
        Duplicated = Duplicated,
        Received = Received,
        Redelivered = Redelivered,
        Deleted = Deleted,
        StaleDeletes = StaleDeletes,
        DeadLetters = DeadLetters,
        Receives = Receives,
        EmptyReceives = EmptyReceives,
        FirstReceive = FirstReceiveTicks / (double)TimeSpan.TicksPerMillisecond,
        LastDelete = LastDeleteTicks / (double)TimeSpan.TicksPerMillisecond,
        HeldP50 = _held.Quantile(0.5),
        HeldP99 = _held.Quantile(0.99),
    };

    public void Reset()
    {
        Sent = Filled = Duplicated = Received = Redelivered = Deleted = StaleDeletes = DeadLetters = Receives = EmptyReceives = 0;
        FirstReceiveTicks = LastDeleteTicks = null;
        _held.Clear();
    }
}
