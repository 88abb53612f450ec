namespace PersistentCacheService.Messages;

/// <summary>What is entitled, and by that which key holds its usage.</summary>
internal enum EntitlementKind
{
    /// <summary>A feature, by its refId.</summary>
    Feature,

    /// <summary>A credit, by its currency id.</summary>
    Credit,
}
