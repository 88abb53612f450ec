namespace PersistentCacheService.Messages.Json;

/// <summary>Dates as messages carry them: ISO 8601 strings or numbers of ms, everywhere (CONTRACT 2).</summary>
internal static class JsonDates
{
    // The longest sensible form with every character escaped; longer texts are not dates.
    private const int LongestText = 256;

    /// <summary>Reads the value at <paramref name="node"/>, whatever its type.</summary>
    public static bool TryRead(JsonTape tape, int node, out long milliseconds)
    {
        milliseconds = 0;
        ref readonly var token = ref tape[node];
        if (token.Length > LongestText)
        {
            return false;
        }

        var text = tape.Text(node);
        switch (token.Kind)
        {
            case JsonKind.Number:
                return JsonNumber.TryReadMilliseconds(text, out milliseconds);
            case JsonKind.String when token.HasEscapes:
                // Some writers escape the plus of an offset.
                Span<byte> unescaped = stackalloc byte[LongestText];
                var length = JsonText.Unescape(text, unescaped);
                return length >= 0 && JsonDate.TryParse(unescaped[..length], out milliseconds);
            case JsonKind.String:
                return JsonDate.TryParse(text, out milliseconds);
            default:
                return false;
        }
    }
}
