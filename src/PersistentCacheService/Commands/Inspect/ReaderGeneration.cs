namespace PersistentCacheService.Commands.Inspect;

/// <summary>The generations of readers, which differ in what they call a miss (CONTRACT 3).</summary>
internal enum ReaderGeneration
{
    /// <summary>SDK 4.12.1, Sidecar 5.194.5 and newer.</summary>
    V3,

    /// <summary>SDK 3.</summary>
    V2,
}
