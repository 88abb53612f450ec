using PersistentCacheService.Messages.Json;

namespace PersistentCacheService.Messages;

/// <summary>Reads the Edge API's entitlements state: what a <see cref="Refresh"/> is answered with.</summary>
internal static class EntitlementsState
{
    private static readonly MemberTable Names = new();
    private static readonly int Data = Names.Add("data");
    private static readonly int Errors = Names.Add("errors");
    private static readonly int State = Names.Add("entitlementsState");
    private static readonly int Entitlements = Names.Add("entitlementsV2");
    private static readonly int AccessDeniedReason = Names.Add("accessDeniedReason");

    /// <summary>Decodes an answer. No input makes it throw.</summary>
    /// <param name="answer">UTF-8 body of the answer. The operation refers to it: keep it until the operation is disposed.</param>
    /// <param name="customer">Whom it was asked about.</param>
    /// <param name="sentTimestamp">SentTimestamp of the message that caused the question, Unix ms: the time of entitlements that tell none.</param>
    /// <returns>
    /// <see cref="SetCustomer"/>, <see cref="Purge"/> (no entitlements and no reason), or <see cref="Malformed"/> when the answer is not a state; an
    /// answer that carries errors is none, whatever its HTTP status.
    /// </returns>
    public static CacheOperation Decode(ReadOnlyMemory<byte> answer, CustomerIdentity customer, long sentTimestamp)
    {
        JsonTape? tape = null;
        CacheOperation? operation = null;
        try
        {
            tape = JsonTape.Parse(answer);
            return operation = Read(tape, customer, sentTimestamp);
        }
        catch (MalformedMessageException refusal)
        {
            return new Malformed(MessageType.EntitlementsUpdated, refusal.Message);
        }
        finally
        {
            if (operation is not SetCustomer)
            {
                tape?.Dispose();
            }
        }
    }

    private static CacheOperation Read(JsonTape tape, CustomerIdentity customer, long sentTimestamp)
    {
        if (tape[0].Kind != JsonKind.Object)
        {
            throw new MalformedMessageException("the answer is not an object");
        }

        Span<int> values = stackalloc int[Names.Count];
        var answer = new JsonMembers(Names, tape, 0, values, JsonPath.Payload);
        var errors = answer.Array(Errors);
        if (errors != 0 && tape[errors].End > errors + 1)
        {
            throw new MalformedMessageException("the answer carries errors");
        }

        var data = new JsonMembers(Names, tape, answer.Required(Data, answer.Object(Data)), values, new JsonPath("data"));
        var state = new JsonMembers(Names, tape, data.Required(State, data.Object(State)), values, new JsonPath("data.entitlementsState"));
        var list = state.Required(Entitlements, state.Array(Entitlements));
        return EntitlementsPayload.Read(tape, customer, list, state.Text(AccessDeniedReason), sentTimestamp);
    }
}
