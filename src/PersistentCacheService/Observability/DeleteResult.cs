namespace PersistentCacheService.Observability;

/// <summary>What became of an acknowledgement; the label <c>result</c> of <see cref="Instruments.DeleteEntries"/>.</summary>
internal enum DeleteResult
{
    /// <summary>The queue has deleted the message.</summary>
    Deleted,

    /// <summary>The queue refused to for good; the message will be delivered again.</summary>
    Failed,

    /// <summary>The receipt handle of the processed message expired before; the message will be delivered again.</summary>
    Expired,
}
