using PersistentCacheService.Messages.Json;

namespace PersistentCacheService.Messages;

/// <summary>Replace usage of a customer that is cached.</summary>
internal sealed class UpdateUsage(MessageType type, CustomerIdentity customer, JsonTape tape, UsageItem[] items) : CacheOperation(type)
{
    /// <inheritdoc/>
    public override CustomerIdentity Customer { get; } = customer;

    /// <summary>Text the items point into.</summary>
    public JsonTape Tape { get; } = tape;

    /// <summary>One, or a feature's and the credit's it consumed. Each stands for itself.</summary>
    public ReadOnlySpan<UsageItem> Items => items;

    /// <inheritdoc/>
    public override void Dispose()
    {
        Tape.Dispose();
        base.Dispose();
    }
}
