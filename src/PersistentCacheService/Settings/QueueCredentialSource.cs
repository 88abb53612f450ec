namespace PersistentCacheService.Settings;

/// <summary>Where the credentials for the queue come from.</summary>
internal enum QueueCredentialSource
{
    /// <summary>The AWS SDK's default chain.</summary>
    Aws,

    /// <summary>Stigg's Edge API, for who has no AWS identity.</summary>
    Edge,
}
