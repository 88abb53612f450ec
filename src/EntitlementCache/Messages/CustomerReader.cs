using System.Text.Json;
using EntitlementCache.Messages.Json;

namespace EntitlementCache.Messages;

/// <summary>Finds the customers of a payload.</summary>
internal static class CustomerReader
{
    private static readonly MemberTable Names = new("customerId", "resourceId", "customer", "resource", "id");
    private static readonly MemberTable Identified = new("id");
    private static readonly MemberTable Lists = new("customers", "customerIds");

    /// <summary>The customer that an object names. Required.</summary>
    /// <param name="owner">An object.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="isCustomer">The object is the customer: its <c>id</c> counts when there is no other.</param>
    public static CustomerIdentity Read(JsonElement owner, JsonPath path, bool isCustomer = false)
    {
        var customer = Find(owner, path, isCustomer);
        return customer.IsEmpty ? throw new MalformedMessageException($"{path.Member("customerId")} is missing or empty") { Path = path.Member("customerId") } : customer;
    }

    /// <summary>
    /// The customers of the lists <c>customers</c> and <c>customerIds</c> in the order of the message, or else the one the payload itself names;
    /// null when it names none.
    /// </summary>
    /// <param name="payload">An object.</param>
    /// <param name="isCustomer">The payload is a customer: its <c>id</c> counts when there is no other.</param>
    public static IReadOnlyList<CustomerIdentity>? ReadAll(JsonElement payload, bool isCustomer = false)
    {
        var members = new JsonMembers(Lists, payload, JsonPath.Payload);
        var (list, ids) = (members.Array("customers"), members.Array("customerIds"));
        if (list.ValueKind == JsonValueKind.Undefined && ids.ValueKind == JsonValueKind.Undefined)
        {
            var customer = Find(payload, JsonPath.Payload, isCustomer);
            return customer.IsEmpty ? null : [customer];
        }

        var customers = new List<CustomerIdentity>();
        foreach (var element in JsonMembers.ElementsOf(list))
        {
            customers.Add(Read(element, new JsonPath("", "customers", customers.Count), isCustomer: true));
        }

        var first = customers.Count;
        foreach (var element in JsonMembers.ElementsOf(ids))
        {
            customers.Add(IdRules.TryRead(element, out var id)
                ? new CustomerIdentity(id, default)
                : throw new MalformedMessageException($"customerIds[{customers.Count - first}] is not a valid id") { Path = $"customerIds[{customers.Count - first}]" });
        }

        return customers;
    }

    /// <summary><c>customerId</c> and <c>resourceId</c>, or the <c>customer.id</c> and <c>resource.id</c> of webhooks. An id must be valid if present.</summary>
    private static CustomerIdentity Find(JsonElement owner, JsonPath path, bool isCustomer)
    {
        var members = new JsonMembers(Names, owner, path);
        var customerId = IdOf(in members, "customerId", "customer");
        if (customerId.IsEmpty && isCustomer)
        {
            customerId = members.OptionalId("id");
        }

        return customerId.IsEmpty ? default : new CustomerIdentity(customerId, IdOf(in members, "resourceId", "resource"));
    }

    private static ReadOnlyMemory<byte> IdOf(ref readonly JsonMembers members, string name, string section)
    {
        var id = members.OptionalId(name);
        return id.IsEmpty ? members.Inside(section, Identified).OptionalId("id") : id;
    }
}
