namespace LocalSqs;

/// <summary>What happened to a queue since it was created or its figures were reset.</summary>
public sealed record QueueFigures
{
    /// <summary>Messages sent through SendMessage and SendMessageBatch.</summary>
    public long Sent { get; internal set; }

    /// <summary>Messages put in otherwise.</summary>
    public long Filled { get; internal set; }

    /// <summary>Extra copies made because of <see cref="LocalSqsOptions.DuplicateShare"/>.</summary>
    public long Duplicated { get; internal set; }

    /// <summary>Messages handed out, redeliveries included.</summary>
    public long Received { get; internal set; }

    /// <summary>Messages handed out for the second time or later.</summary>
    public long Redelivered { get; internal set; }

    /// <summary>Messages deleted through the protocol.</summary>
    public long Deleted { get; internal set; }

    /// <summary>Deletes with a handle that was not the latest: success was answered, nothing deleted.</summary>
    public long StaleDeletes { get; internal set; }

    /// <summary>Messages moved to the dead-letter queue.</summary>
    public long DeadLetters { get; internal set; }

    /// <summary>Finished ReceiveMessage calls.</summary>
    public long Receives { get; internal set; }

    /// <summary>Those of them that found nothing.</summary>
    public long EmptyReceives { get; internal set; }

    /// <summary>First receive that handed out a message, in ms on the server's monotonic clock.</summary>
    public double? FirstReceive { get; internal set; }

    /// <summary>Latest successful delete, in ms on the same clock.</summary>
    public double? LastDelete { get; internal set; }

    /// <summary>Median time from the receive of a message to its deletion, in ms; null before the first. Exact to a sixteenth, as is the next.</summary>
    public double? HeldP50 { get; internal set; }

    /// <summary>The time that 99 % of the deleted messages stayed below.</summary>
    public double? HeldP99 { get; internal set; }
}
