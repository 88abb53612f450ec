namespace EndToEnd.Scenarios;

/// <summary>What consumes the queue.</summary>
internal enum Subject
{
    /// <summary>The service as it is shipped.</summary>
    Worker,

    /// <summary>The service as it was shipped before the official packages and the native executable.</summary>
    Baseline,

    /// <summary>The original's hot path, rebuilt from its parts for Node.js.</summary>
    Peer,

    /// <summary>A client that receives and deletes and does nothing else: the emulator's ceiling.</summary>
    NullConsumer,
}
