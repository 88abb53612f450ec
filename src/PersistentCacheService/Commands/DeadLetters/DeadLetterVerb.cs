namespace PersistentCacheService.Commands.DeadLetters;

/// <summary>What <c>dlq</c> can do.</summary>
internal enum DeadLetterVerb
{
    /// <summary>Groups what lies in the queue by reason.</summary>
    List,

    /// <summary>Shows where the decoding of one message stopped.</summary>
    Explain,

    /// <summary>Moves messages back to where they came from.</summary>
    Replay,

    /// <summary>Deletes messages.</summary>
    Drop,

    /// <summary>Prints the help.</summary>
    Help,
}
