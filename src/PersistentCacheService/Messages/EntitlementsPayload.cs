using System.Buffers;
using PersistentCacheService.Messages.Json;

namespace PersistentCacheService.Messages;

/// <summary>Reads what happened to a customer's entitlements as a whole.</summary>
internal static class EntitlementsPayload
{
    private const string ListName = "entitlements";

    private static readonly MemberTable Names = new();
    private static readonly int CustomerId = Names.Add("customerId");
    private static readonly int Customer = Names.Add("customer");
    private static readonly int AccessDeniedReason = Names.Add("accessDeniedReason");
    private static readonly int Entitlements = Names.Add(ListName);

    /// <summary>The <c>entitlementsUpdated</c> event, or the webhook of that name, which lacks too much to be written.</summary>
    public static CacheOperation Read(JsonTape tape, int node, long sentTimestamp)
    {
        Span<int> values = stackalloc int[Names.Count];
        var members = new JsonMembers(Names, tape, node, values, JsonPath.Payload);
        var customer = CustomerReader.Read(tape, node, JsonPath.Payload);
        if (!members.HasValue(CustomerId) && members.HasValue(Customer))
        {
            return new Refresh(MessageType.EntitlementsUpdated, [customer], unknownType: null);
        }

        var list = members.Required(Entitlements, members.Array(Entitlements));
        return Read(tape, customer, list, members.Text(AccessDeniedReason), sentTimestamp);
    }

    /// <summary>The same from its parts: an empty list without a reason is a purge.</summary>
    /// <param name="tape">The text.</param>
    /// <param name="customer">Whom.</param>
    /// <param name="list">Token of the array.</param>
    /// <param name="accessDeniedReason">Token of the reason, 0 without.</param>
    /// <param name="sentTimestamp">Time to use when no entitlement tells one.</param>
    public static CacheOperation Read(JsonTape tape, CustomerIdentity customer, int list, int accessDeniedReason, long sentTimestamp)
    {
        if (accessDeniedReason != 0 && tape[accessDeniedReason].Length == 0)
        {
            accessDeniedReason = 0;
        }

        var listed = CountElements(tape, list);
        if (listed == 0)
        {
            return accessDeniedReason == 0
                ? new Purge(MessageType.EntitlementsUpdated, [customer])
                : new SetCustomer(MessageType.EntitlementsUpdated, customer, timestamp: 0, tape, accessDeniedReason, [], 0);
        }

        var entitlements = ArrayPool<Entitlement>.Shared.Rent(listed);
        try
        {
            var (count, updatedAt) = ReadAll(tape, list, entitlements);
            var leftOut = listed - count;
            if (count == 0 && accessDeniedReason == 0)
            {
                // Nothing that could be written: readers fetch what they need.
                ArrayPool<Entitlement>.Shared.Return(entitlements);
                return new Purge(MessageType.EntitlementsUpdated, [customer]) { LeftOut = leftOut };
            }

            var timestamp = updatedAt ?? MessageTime.Fallback(sentTimestamp);
            count = Unrepeated.Compact(entitlements.AsSpan(0, count));
            return new SetCustomer(MessageType.EntitlementsUpdated, customer, timestamp, tape, accessDeniedReason, entitlements, count) { LeftOut = leftOut };
        }
        catch
        {
            ArrayPool<Entitlement>.Shared.Return(entitlements, clearArray: true);
            throw;
        }
    }

    private static int CountElements(JsonTape tape, int list)
    {
        var count = 0;
        for (var element = list + 1; element < tape[list].End; element = tape[element].End)
        {
            count++;
        }

        return count;
    }

    /// <returns>How many were read, and the first valid <c>entitlementUpdatedAt</c> of all that are listed.</returns>
    private static (int Count, long? UpdatedAt) ReadAll(JsonTape tape, int list, Entitlement[] entitlements)
    {
        long? timestamp = null;
        var (count, index) = (0, 0);
        for (var element = list + 1; element < tape[list].End; element = tape[element].End)
        {
            if (tape[element].Kind != JsonKind.Object)
            {
                throw new MalformedMessageException($"{ListName}[{index}] is not an object");
            }

            count += EntitlementReader.Read(tape, element, new JsonPath("", ListName, index), out entitlements[count], out var updatedAt) ? 1 : 0;
            timestamp ??= updatedAt;
            index++;
        }

        return (count, timestamp);
    }
}
