namespace PersistentCacheService.Messages;

/// <summary>Forget the entitlements and metadata of these customers; usage keys stay.</summary>
internal sealed class Purge(MessageType type, IReadOnlyList<CustomerIdentity> customers) : CacheOperation(type)
{
    /// <summary>At least one, in the order of the message.</summary>
    public IReadOnlyList<CustomerIdentity> Customers { get; } = customers;

    /// <inheritdoc/>
    public override CustomerIdentity Customer => Customers.Count == 1 ? Customers[0] : default;
}
