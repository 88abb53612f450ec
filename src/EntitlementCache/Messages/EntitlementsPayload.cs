using System.Buffers;
using System.Text.Json;
using EntitlementCache.Messages.Json;

namespace EntitlementCache.Messages;

/// <summary>Reads messages that carry all entitlements of a customer.</summary>
internal static class EntitlementsPayload
{
    private static readonly MemberTable Names = new("customerId", "customer", "accessDeniedReason", "entitlements");

    /// <summary>The <c>entitlementsUpdated</c> event, or the webhook of that name, which lacks too much to be written.</summary>
    public static CacheOperation Read(JsonDocument document, JsonElement payload, long sentTimestamp)
    {
        var members = new JsonMembers(Names, payload, JsonPath.Payload);
        var customer = CustomerReader.Read(payload, JsonPath.Payload);
        if (!members.HasValue("customerId") && members.HasValue("customer"))
        {
            return new Refresh(MessageType.EntitlementsUpdated, [customer], unknownType: null);
        }

        return Read(document, customer, members.Array("entitlements", isRequired: true), members.Text("accessDeniedReason"), sentTimestamp);
    }

    /// <summary>The same from its parts. An empty list without a reason is a purge.</summary>
    /// <param name="document">Holds the values; the operation disposes it.</param>
    /// <param name="customer">The customer it is about.</param>
    /// <param name="list">The array.</param>
    /// <param name="accessDeniedReason">A string, or <c>default</c>.</param>
    /// <param name="sentTimestamp">Used when no entitlement has a time.</param>
    public static CacheOperation Read(JsonDocument document, CustomerIdentity customer, JsonElement list, JsonElement accessDeniedReason, long sentTimestamp)
    {
        if (JsonText.Says(accessDeniedReason, ""u8))
        {
            accessDeniedReason = default;
        }

        var hasReason = accessDeniedReason.ValueKind != JsonValueKind.Undefined;
        var listed = list.GetArrayLength();
        if (listed == 0 && hasReason)
        {
            return new SetCustomer(MessageType.EntitlementsUpdated, customer, timestamp: 0, document, accessDeniedReason, ArraySegment<Entitlement>.Empty);
        }

        var entitlements = ArrayPool<Entitlement>.Shared.Rent(listed);
        var isUsed = false;
        try
        {
            var (count, updatedAt) = ReadAll(list, entitlements);
            var leftOut = listed - count;
            if (count == 0 && !hasReason)
            {
                // Nothing is left to write: readers fetch what they need.
                return new Purge(MessageType.EntitlementsUpdated, [customer]) { LeftOut = leftOut };
            }

            var timestamp = updatedAt ?? MessageOrigin.FallbackTime(sentTimestamp);
            isUsed = true;
            return new SetCustomer(
                MessageType.EntitlementsUpdated, customer, timestamp, document, accessDeniedReason, Unrepeated.Compact(new(entitlements, 0, count)))
            {
                LeftOut = leftOut,
            };
        }
        finally
        {
            if (!isUsed)
            {
                ArrayPool<Entitlement>.Shared.Return(entitlements, clearArray: true);
            }
        }
    }

    /// <returns>How many were read, and the first valid <c>entitlementUpdatedAt</c> of the whole list.</returns>
    private static (int Count, long? UpdatedAt) ReadAll(JsonElement list, Entitlement[] entitlements)
    {
        long? timestamp = null;
        var path = new JsonPath("", "entitlements");
        var count = 0;
        foreach (var element in list.EnumerateArray())
        {
            count += EntitlementReader.Read(element, path, out entitlements[count], out var updatedAt) ? 1 : 0;
            timestamp ??= updatedAt;
            path = path with { Index = path.Index + 1 };
        }

        return (count, timestamp);
    }
}
