namespace EntitlementCache.Settings;

/// <summary>Whether an update may create what is not cached yet (CONTRACT 4, rule 2). Setting <c>CACHE_UPDATE_POLICY</c>.</summary>
internal enum CacheUpdatePolicy
{
    /// <summary>Only customers (and usage) that a reader has asked for before are kept current; others are skipped.</summary>
    UpdateIfExists,

    /// <summary>Every message is written; usage still needs the entitlements of its customer.</summary>
    Upsert,
}
