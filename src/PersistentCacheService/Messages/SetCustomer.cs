using System.Buffers;
using PersistentCacheService.Messages.Json;

namespace PersistentCacheService.Messages;

/// <summary>Replace the entitlements and metadata of a customer, and the usage the entitlements carry.</summary>
/// <param name="type">Kind of message.</param>
/// <param name="customer">Whom.</param>
/// <param name="timestamp">Unix ms of the entitlements; 0 always wins.</param>
/// <param name="tape">Text the entitlements point into.</param>
/// <param name="accessDeniedReason">Token of the string, 0 without one.</param>
/// <param name="entitlements">Pooled; given back by <see cref="Dispose"/>.</param>
/// <param name="count">How many of them are used.</param>
internal sealed class SetCustomer(
    MessageType type,
    CustomerIdentity customer,
    long timestamp,
    JsonTape tape,
    int accessDeniedReason,
    Entitlement[] entitlements,
    int count) : CacheOperation(type)
{
    private Entitlement[] _entitlements = entitlements;

    /// <inheritdoc/>
    public override CustomerIdentity Customer { get; } = customer;

    /// <summary>Unix ms of the entitlements and the metadata; 0 (an empty list) is written whatever is stored.</summary>
    public long Timestamp { get; } = timestamp;

    /// <summary>Text the entitlements point into.</summary>
    public JsonTape Tape { get; } = tape;

    /// <summary>Why the customer as a whole is denied: token of a string, 0 when not.</summary>
    public int AccessDeniedReason { get; } = accessDeniedReason;

    /// <summary>In the order of the message, no id twice.</summary>
    public ReadOnlySpan<Entitlement> Entitlements => _entitlements.AsSpan(0, count);

    /// <inheritdoc/>
    public override void Dispose()
    {
        var pooled = Interlocked.Exchange(ref _entitlements, []);
        if (pooled.Length > 0)
        {
            ArrayPool<Entitlement>.Shared.Return(pooled, clearArray: true);
        }

        Tape.Dispose();
        base.Dispose();
    }
}
