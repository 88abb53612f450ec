using PersistentCacheService.Messages.Json;

namespace PersistentCacheService.Messages;

/// <summary>Reads which customers to forget.</summary>
internal static class PurgePayload
{
    private const string ListName = "customers";

    private static readonly MemberTable Names = new();
    private static readonly int Customers = Names.Add(ListName);

    /// <summary>A purge of the list <c>customers</c>, or of the one customer the payload itself names.</summary>
    public static CacheOperation Read(JsonTape tape, int node)
    {
        Span<int> values = stackalloc int[Names.Count];
        var list = new JsonMembers(Names, tape, node, values, JsonPath.Payload).Array(Customers);
        if (list == 0)
        {
            return new Purge(MessageType.CachePurge, [CustomerReader.Read(tape, node, JsonPath.Payload)]);
        }

        var customers = new List<CustomerIdentity>();
        for (var element = list + 1; element < tape[list].End; element = tape[element].End)
        {
            if (tape[element].Kind != JsonKind.Object)
            {
                throw new MalformedMessageException($"{ListName}[{customers.Count}] is not an object");
            }

            customers.Add(CustomerReader.Read(tape, element, new JsonPath("", ListName, customers.Count)));
        }

        return customers.Count == 0 ? new Ignore(MessageType.CachePurge) : new Purge(MessageType.CachePurge, customers);
    }
}
