namespace LocalSqs.Queues;

/// <summary>Counters of one queue; changed under its lock.</summary>
internal sealed class QueueStatistics
{
    /// <summary>Messages put in through SendMessage and SendMessageBatch.</summary>
    public long Sent { get; set; }

    /// <summary>Messages put in through the control endpoints or in-process.</summary>
    public long Filled { get; set; }

    /// <summary>Extra copies made on purpose.</summary>
    public long Duplicated { get; set; }

    /// <summary>Messages handed out, redeliveries included.</summary>
    public long Received { get; set; }

    /// <summary>Messages handed out for the second time or later.</summary>
    public long Redelivered { get; set; }

    public long Deleted { get; set; }

    /// <summary>Deletes with a handle that was not the latest: answered with success, nothing deleted.</summary>
    public long StaleDeletes { get; set; }

    /// <summary>Messages moved to the dead-letter queue.</summary>
    public long DeadLetters { get; set; }

    /// <summary>Finished ReceiveMessage calls.</summary>
    public long Receives { get; set; }

    public long EmptyReceives { get; set; }

    /// <summary>First receive that handed out a message, in monotonic ticks.</summary>
    public long? FirstReceiveTicks { get; set; }

    /// <summary>Latest successful delete, in monotonic ticks.</summary>
    public long? LastDeleteTicks { get; set; }

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
    };

    public void Reset()
    {
        Sent = Filled = Duplicated = Received = Redelivered = Deleted = StaleDeletes = DeadLetters = Receives = EmptyReceives = 0;
        FirstReceiveTicks = LastDeleteTicks = null;
    }
}
