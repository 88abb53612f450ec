using PersistentCacheService.Messages.Json;

namespace PersistentCacheService.Messages;

/// <summary>Finds whom a payload is about: <c>customerId</c> and <c>resourceId</c>, or the webhooks' <c>customer.id</c> and <c>resource.id</c>.</summary>
internal static class CustomerReader
{
    private static readonly MemberTable Names = new();
    private static readonly int CustomerId = Names.Add("customerId");
    private static readonly int ResourceId = Names.Add("resourceId");
    private static readonly int Customer = Names.Add("customer");
    private static readonly int Resource = Names.Add("resource");
    private static readonly int OwnId = Names.Add("id");

    private static readonly MemberTable Identified = new();
    private static readonly int Id = Identified.Add("id");

    /// <summary>The customer, who must be there.</summary>
    /// <param name="tape">The text.</param>
    /// <param name="node">An object.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="isCustomer">The object is the customer: its own <c>id</c> counts when no other is there.</param>
    public static CustomerIdentity Read(JsonTape tape, int node, JsonPath path, bool isCustomer = false)
    {
        var customer = Find(tape, node, path, isCustomer);
        return customer.IsEmpty ? throw new MalformedMessageException($"{path.Member("customerId")} is missing or empty") : customer;
    }

    /// <summary>The customer, or <c>default</c> when the object names none. An id that is there must be valid.</summary>
    /// <inheritdoc cref="Read"/>
    public static CustomerIdentity Find(JsonTape tape, int node, JsonPath path, bool isCustomer = false)
    {
        Span<int> values = stackalloc int[Names.Count];
        var members = new JsonMembers(Names, tape, node, values, path);
        var customerId = members.OptionalId(CustomerId);
        if (customerId.IsEmpty)
        {
            customerId = IdOf(tape, members.Object(Customer), path, "customer");
        }

        if (customerId.IsEmpty && isCustomer)
        {
            customerId = members.OptionalId(OwnId);
        }

        if (customerId.IsEmpty)
        {
            return default;
        }

        var resourceId = members.OptionalId(ResourceId);
        if (resourceId.IsEmpty)
        {
            resourceId = IdOf(tape, members.Object(Resource), path, "resource");
        }

        return new CustomerIdentity(customerId, resourceId);
    }

    private static ReadOnlyMemory<byte> IdOf(JsonTape tape, int node, JsonPath path, string section)
    {
        if (node == 0)
        {
            return default;
        }

        Span<int> values = stackalloc int[Identified.Count];
        return new JsonMembers(Identified, tape, node, values, path.Inside(section)).OptionalId(Id);
    }
}
