namespace PersistentCacheService.Messages;

/// <summary>Something about customers changed and the message does not say all of it: fetch the entitlements state of each from the Edge API.</summary>
internal sealed class Refresh(MessageType type, IReadOnlyList<CustomerIdentity> customers, string? unknownType) : CacheOperation(type)
{
    /// <summary>
    /// Customers one message may have fetched: at the API's usual speed they are done in a few seconds, within the life of the message's handle.
    /// A message that names more purges them, which costs no call: their readers fetch what they need.
    /// </summary>
    public const int MaxCustomers = 1000;

    /// <summary>At least one, in the order of the message. All must be done before the message is.</summary>
    public IReadOnlyList<CustomerIdentity> Customers { get; } = customers;

    /// <inheritdoc/>
    public override CustomerIdentity Customer => Customers.Count == 1 ? Customers[0] : default;

    /// <summary>The message's own name of its type when that is not in the table of types (worth a warning), else null.</summary>
    public string? UnknownType { get; } = unknownType;

    /// <summary>The same in memory of its own: it outlives the message body.</summary>
    public Refresh Detach() => new(Type, [.. Customers.Select(static customer => customer.Detach())], UnknownType);
}
