using PersistentCacheService.Messages.Json;

namespace PersistentCacheService.Messages;

/// <summary>Reads whom an event is about: the lists <c>customers</c> and <c>customerIds</c>, or the one customer the payload itself names.</summary>
internal static class CustomerList
{
    private const string CustomersName = "customers";
    private const string IdsName = "customerIds";

    private static readonly MemberTable Names = new();
    private static readonly int Customers = Names.Add(CustomersName);
    private static readonly int Ids = Names.Add(IdsName);

    /// <summary>The customers in the order of the message; null when it has neither list nor customer.</summary>
    /// <param name="tape">The text.</param>
    /// <param name="node">The payload.</param>
    /// <param name="isCustomer">The payload is a customer: its own <c>id</c> counts when no other is there.</param>
    public static IReadOnlyList<CustomerIdentity>? Find(JsonTape tape, int node, bool isCustomer = false)
    {
        Span<int> values = stackalloc int[Names.Count];
        var members = new JsonMembers(Names, tape, node, values, JsonPath.Payload);
        var (list, ids) = (members.Array(Customers), members.Array(Ids));
        if (list == 0 && ids == 0)
        {
            var customer = CustomerReader.Find(tape, node, JsonPath.Payload, isCustomer);
            return customer.IsEmpty ? null : [customer];
        }

        var customers = new List<CustomerIdentity>();
        for (var element = list + 1; list != 0 && element < tape[list].End; element = tape[element].End)
        {
            if (tape[element].Kind != JsonKind.Object)
            {
                throw new MalformedMessageException($"{CustomersName}[{customers.Count}] is not an object");
            }

            customers.Add(CustomerReader.Read(tape, element, new JsonPath("", CustomersName, customers.Count), isCustomer: true));
        }

        var first = customers.Count;
        for (var element = ids + 1; ids != 0 && element < tape[ids].End; element = tape[element].End)
        {
            if (tape[element].Kind != JsonKind.String || !tape.TryGetUnescaped(element, out var id) || !IdRules.IsValid(id.Span))
            {
                throw new MalformedMessageException($"{IdsName}[{customers.Count - first}] is not a valid id");
            }

            customers.Add(new CustomerIdentity(id, default));
        }

        return customers;
    }
}
