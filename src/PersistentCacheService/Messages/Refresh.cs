namespace PersistentCacheService.Messages;

/// <summary>Something about a customer changed and the message does not say all of it: fetch the entitlements state from the Edge API.</summary>
internal sealed class Refresh(MessageType type, CustomerIdentity customer, string? unknownType) : CacheOperation(type)
{
    /// <inheritdoc/>
    public override CustomerIdentity Customer { get; } = customer;

    /// <summary>The message's own name of its type when that is not in the table of types (worth a warning), else null.</summary>
    public string? UnknownType { get; } = unknownType;

    /// <summary>The same in memory of its own: it outlives the message body.</summary>
    public Refresh Detach() => new(Type, Customer.Detach(), UnknownType);
}
