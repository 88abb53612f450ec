using EntitlementCache.Messages;
using EntitlementCache.Redis;

namespace EntitlementCache.Caching;

/// <summary>
/// An operation as Redis will get it, in memory of its own: the message body is not needed any more. May be applied any number of times.
/// </summary>
/// <param name="Type">Kind of message it came from.</param>
/// <param name="Call">The script call of entitlements, usage or a sweep; null for a purge, and when the layout has no place for any of it.</param>
/// <param name="Purged">Whom a purge deletes; null otherwise.</param>
internal readonly record struct CacheWrite(MessageType Type, ScriptCall? Call, CustomerIdentity[]? Purged) : IDisposable
{
    /// <summary>Returns the call's memory to its pool. Not before the last <see cref="ScriptedCache.ApplyAsync(CacheWrite, TimeSpan, CancellationToken)"/> has ended.</summary>
    public void Dispose() => Call?.Dispose();
}
