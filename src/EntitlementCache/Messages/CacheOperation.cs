using System.Buffers;
using System.Text.Json;

namespace EntitlementCache.Messages;

/// <summary>What a message asks the cache to do; exactly one of the sealed types of this file.</summary>
/// <param name="type">Kind of message it came from.</param>
internal abstract class CacheOperation(MessageType type) : IDisposable
{
    /// <summary>Kind of message it came from.</summary>
    public MessageType Type { get; } = type;

    /// <summary>Entitlements of the message that were left out, because their feature is null.</summary>
    public int LeftOut { get; init; }

    /// <summary>The customer, for the log; <c>default</c> for none or several.</summary>
    public virtual CustomerIdentity Customer => default;

    /// <summary>Returns pooled memory. Without it the memory is garbage, nothing worse.</summary>
    public virtual void Dispose()
    {
    }
}

/// <summary>Replace the entitlements and metadata of a customer, and the usage the entitlements carry. Encode it while the message body is still there.</summary>
/// <param name="type">Kind of message.</param>
/// <param name="customer">The customer it is about.</param>
/// <param name="timestamp">Unix ms of the entitlements; 0 always wins.</param>
/// <param name="document">Holds the values of the entitlements.</param>
/// <param name="accessDeniedReason">A string, or <c>default</c>.</param>
/// <param name="entitlements">Part of a pooled array.</param>
internal sealed class SetCustomer(
    MessageType type,
    CustomerIdentity customer,
    long timestamp,
    JsonDocument document,
    JsonElement accessDeniedReason,
    ArraySegment<Entitlement> entitlements) : CacheOperation(type)
{
    private Entitlement[]? _pooled = entitlements.Array;

    /// <inheritdoc/>
    public override CustomerIdentity Customer { get; } = customer;

    /// <summary>Unix ms of the entitlements and the metadata; 0 (an empty list) is written whatever is stored.</summary>
    public long Timestamp { get; } = timestamp;

    /// <summary>Why the customer as a whole is denied: a string, or <c>default</c>.</summary>
    public JsonElement AccessDeniedReason { get; } = accessDeniedReason;

    /// <summary>In the order of the message, no id twice.</summary>
    public ReadOnlySpan<Entitlement> Entitlements => entitlements;

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (Interlocked.Exchange(ref _pooled, null) is { Length: > 0 } pooled)
        {
            ArrayPool<Entitlement>.Shared.Return(pooled, clearArray: true);
        }

        document.Dispose();
        base.Dispose();
    }
}

/// <summary>Replace usage of a customer that is cached. Encode it while the message body is still there.</summary>
/// <param name="type">Kind of message.</param>
/// <param name="customer">The customer it is about.</param>
/// <param name="document">Holds the values of the items.</param>
/// <param name="items">One, or a feature's and that of the credit it consumed. Each stands for itself.</param>
internal sealed class UpdateUsage(MessageType type, CustomerIdentity customer, JsonDocument document, UsageItem[] items) : CacheOperation(type)
{
    /// <inheritdoc/>
    public override CustomerIdentity Customer { get; } = customer;

    /// <summary>At least one.</summary>
    public ReadOnlySpan<UsageItem> Items => items;

    /// <inheritdoc/>
    public override void Dispose()
    {
        document.Dispose();
        base.Dispose();
    }
}

/// <summary>Delete the entitlements and metadata of these customers; usage keys stay.</summary>
internal sealed class Purge(MessageType type, IReadOnlyList<CustomerIdentity> customers) : CacheOperation(type)
{
    /// <summary>At least one, in the order of the message.</summary>
    public IReadOnlyList<CustomerIdentity> Customers { get; } = customers;

    /// <inheritdoc/>
    public override CustomerIdentity Customer => Customers.Count == 1 ? Customers[0] : default;
}

/// <summary>Customers changed and the message does not carry all of it: fetch the entitlements state of each from the Edge API.</summary>
internal sealed class Refresh(MessageType type, IReadOnlyList<CustomerIdentity> customers, string? unknownType) : CacheOperation(type)
{
    /// <summary>
    /// Customers of one message that are fetched at most: a few seconds at the usual speed of the API, well within the visibility timeout.
    /// If a message names more, they are purged, which costs no call: their readers fetch what they need.
    /// </summary>
    public const int MaxCustomers = 1000;

    /// <summary>At least one, in the order of the message. All must be done before the message is.</summary>
    public IReadOnlyList<CustomerIdentity> Customers { get; } = customers;

    /// <inheritdoc/>
    public override CustomerIdentity Customer => Customers.Count == 1 ? Customers[0] : default;

    /// <summary>The name of a type that is not in the table (worth a warning), else null.</summary>
    public string? UnknownType { get; } = unknownType;
}

/// <summary>Customers changed whom the message does not name: every cached customer is refreshed.</summary>
/// <param name="type">Kind of message.</param>
/// <param name="since">SentTimestamp of the message, Unix ms; what it tells of had happened by then.</param>
internal sealed class Sweep(MessageType type, long since) : CacheOperation(type)
{
    /// <summary>SentTimestamp of the message, Unix ms.</summary>
    public long Since { get; } = since;
}

/// <summary>A known event that changes no cached value: acknowledged.</summary>
internal sealed class Ignore(MessageType type) : CacheOperation(type);

/// <summary>A type that is not in the table, and no customer: acknowledged, counted, with a warning once a minute per type.</summary>
internal sealed class UnknownType(string name) : CacheOperation(MessageType.Unknown)
{
    /// <summary>The type as the message spells it, cut to 64 characters, control characters replaced: safe to log.</summary>
    public string Name { get; } = name;
}

/// <summary>Not a message of the contract: nothing is written, and it stays in the queue for the redrive policy.</summary>
internal sealed class Malformed(MessageType type, string reason) : CacheOperation(type)
{
    /// <summary>What is wrong, naming member and path, never content: safe to log.</summary>
    public string Reason { get; } = reason;

    /// <summary>The member that is wrong, from the payload on, e.g. <c>entitlements[1].feature.id</c>; null: no single one.</summary>
    public string? Path { get; init; }
}

/// <summary>The message is not of the contract; <see cref="MessageDecoder"/> turns it into <see cref="Malformed"/>.</summary>
/// <param name="reason">Member and path, never content.</param>
internal sealed class MalformedMessageException(string reason) : Exception(reason)
{
    /// <summary>The member that is wrong, from the payload on; null: no single one.</summary>
    public string? Path { get; init; }
}
