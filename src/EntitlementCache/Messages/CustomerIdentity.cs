using System.Text;

namespace EntitlementCache.Messages;

/// <summary>A customer, or one resource of a customer. Both ids are validated UTF-8 in memory of their own: they outlive the message body.</summary>
/// <param name="CustomerId">UTF-8 of the customer id; empty only in <c>default</c>.</param>
/// <param name="ResourceId">UTF-8 of the resource id; empty: no resource.</param>
internal readonly record struct CustomerIdentity(ReadOnlyMemory<byte> CustomerId, ReadOnlyMemory<byte> ResourceId)
{
    /// <summary>True for <c>default</c>: no customer is meant.</summary>
    public bool IsEmpty => CustomerId.IsEmpty;

    /// <summary>The customer id as text, decoded again at every call.</summary>
    public string CustomerIdText => Encoding.UTF8.GetString(CustomerId.Span);

    /// <summary>The resource id as text, or null without one.</summary>
    public string? ResourceIdText => ResourceId.IsEmpty ? null : Encoding.UTF8.GetString(ResourceId.Span);
}
