namespace LocalSqs.Queues;

/// <summary>What a delete found.</summary>
internal enum DeleteOutcome
{
    /// <summary>The message is gone now.</summary>
    Deleted,

    /// <summary>It was gone already; SQS answers success.</summary>
    AlreadyGone,

    /// <summary>The handle is not that of the latest receive: a standard queue answers success and keeps the message.</summary>
    Stale,

    /// <summary>A FIFO queue refuses a handle whose visibility timeout has ended.</summary>
    Expired,

    /// <summary>The handle belongs to another queue.</summary>
    Foreign,
}
