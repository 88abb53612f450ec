namespace LocalSqs.Queues;

/// <summary>Where a message is in its life.</summary>
public enum MessageState
{
    /// <summary>Waits to be received.</summary>
    Ready,

    /// <summary>Received and hidden until its visibility timeout ends or it is deleted.</summary>
    InFlight,

    /// <summary>Gone: deleted, purged or moved to a dead-letter queue.</summary>
    Deleted,
}
