using PersistentCacheService.Messages.Json;

namespace PersistentCacheService.Messages;

/// <summary>Values that are passed on without being understood.</summary>
internal static class AsReceived
{
    /// <summary>Returns <paramref name="node"/> when every number inside is finite: readers could not hold the others.</summary>
    public static int Check(JsonTape tape, int node, JsonPath path, string member)
    {
        for (var inner = node; node != 0 && inner < tape[node].End; inner++)
        {
            if (tape[inner].Kind == JsonKind.Number && !JsonNumber.IsFinite(tape.Text(inner)))
            {
                throw new MalformedMessageException($"{path.Member(member)} holds a number that is not finite");
            }
        }

        return node;
    }
}
