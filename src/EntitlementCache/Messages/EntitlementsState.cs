using System.Text.Json;
using EntitlementCache.Messages.Json;

namespace EntitlementCache.Messages;

/// <summary>Reads the Edge API's entitlements state: the answer to a <see cref="Refresh"/>.</summary>
internal static class EntitlementsState
{
    private static readonly MemberTable AnswerNames = new("data", "errors");
    private static readonly MemberTable DataNames = new("entitlementsState");
    private static readonly MemberTable StateNames = new("entitlementsV2", "accessDeniedReason");

    /// <summary>Decodes an answer. No input makes it throw.</summary>
    /// <param name="answer">UTF-8 body of the answer. The operation refers to it: keep it until the operation is disposed.</param>
    /// <param name="customer">The customer it was requested for.</param>
    /// <param name="sentTimestamp">SentTimestamp of the message that caused the request, Unix ms: used when no entitlement has a time.</param>
    /// <returns>
    /// <see cref="SetCustomer"/>, <see cref="Purge"/> (no entitlements and no reason), or <see cref="Malformed"/> when the answer is not a state. An
    /// answer with errors is not, whatever its HTTP status.
    /// </returns>
    public static CacheOperation Decode(ReadOnlyMemory<byte> answer, CustomerIdentity customer, long sentTimestamp)
    {
        JsonDocument? document = null;
        CacheOperation? operation = null;
        try
        {
            document = JsonBody.Parse(answer);
            return operation = Read(document, customer, sentTimestamp);
        }
        catch (MalformedMessageException refusal)
        {
            return new Malformed(MessageType.EntitlementsUpdated, refusal.Message);
        }
        finally
        {
            if (operation is not SetCustomer)
            {
                document?.Dispose();
            }
        }
    }

    private static CacheOperation Read(JsonDocument document, CustomerIdentity customer, long sentTimestamp)
    {
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new MalformedMessageException("the answer is not an object");
        }

        var answer = new JsonMembers(AnswerNames, root, JsonPath.Payload);
        var errors = answer.Array("errors");
        if (errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0)
        {
            throw new MalformedMessageException("the answer carries errors");
        }

        var state = answer.Inside("data", DataNames, isRequired: true).Inside("entitlementsState", StateNames, isRequired: true);
        return EntitlementsPayload.Read(document, customer, state.Array("entitlementsV2", isRequired: true), state.Text("accessDeniedReason"), sentTimestamp);
    }
}
