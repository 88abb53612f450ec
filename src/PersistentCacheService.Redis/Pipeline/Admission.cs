namespace PersistentCacheService.Redis.Pipeline;

/// <summary>What a <see cref="CommandQueue"/> said to a command.</summary>
internal enum Admission
{
    /// <summary>It is in the queue.</summary>
    Accepted,

    /// <summary>Too many wait already.</summary>
    Full,

    /// <summary>The connection takes no more commands.</summary>
    Closed,
}
