namespace PersistentCacheService.Messages;

/// <summary>A date member whose null and absence differ: usage values keep both as they came.</summary>
/// <param name="IsPresent">The member is there, null included.</param>
/// <param name="Milliseconds">Unix ms, or null.</param>
internal readonly record struct DateMember(bool IsPresent, long? Milliseconds);
