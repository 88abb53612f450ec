using System.Buffers;
using System.Text.Json;
using EntitlementCache.Messages.Json;

namespace EntitlementCache.Messages;

/// <summary>
/// Which ids may become part of a key (CONTRACT 1). Wider than the documented alphabet, because older environments hold others, and refusing an
/// id leaves a customer stale. Only what could forge another key is refused.
/// </summary>
internal static class IdRules
{
    /// <summary>Longest id, in Unicode scalar values.</summary>
    public const int MaxLength = 255;

    // Every key separator begins with one of these.
    private static readonly SearchValues<byte> SeparatorStarts = SearchValues.Create(":#"u8);

    /// <summary>Reads an id into memory of its own.</summary>
    /// <returns>False when the value is not a string or not usable as an id.</returns>
    public static bool TryRead(JsonElement value, out ReadOnlyMemory<byte> id)
    {
        id = default;
        return value.ValueKind == JsonValueKind.String && JsonText.TryUnescape(JsonText.Contents(value), out id) && IsValid(id.Span);
    }

    /// <summary>Whether UTF-8 text is usable as the id of a customer, resource, feature or currency.</summary>
    public static bool IsValid(ReadOnlySpan<byte> id) =>
        !id.IsEmpty && !IsTooLong(id) && !HasControlCharacter(id) && (!id.ContainsAny(SeparatorStarts) || !HasKeyFragment(id));

    private static bool IsTooLong(ReadOnlySpan<byte> id)
    {
        if (id.Length <= MaxLength)
        {
            return false;
        }

        var characters = 0;
        foreach (var unit in id)
        {
            // Bytes 10xxxxxx continue a character.
            characters += (unit & 0xC0) == 0x80 ? 0 : 1;
        }

        return characters > MaxLength;
    }

    private static bool HasControlCharacter(ReadOnlySpan<byte> id)
    {
        if (id.ContainsAnyInRange((byte)0, (byte)0x1F) || id.Contains((byte)0x7F))
        {
            return true;
        }

        // U+0080 to U+009F are C2 80 to C2 9F in UTF-8.
        for (var lead = id.IndexOf((byte)0xC2); lead >= 0;)
        {
            if (id[lead + 1] <= 0x9F)
            {
                return true;
            }

            id = id[(lead + 2)..];
            lead = id.IndexOf((byte)0xC2);
        }

        return false;
    }

    private static bool HasKeyFragment(ReadOnlySpan<byte> id) =>
        id.IndexOf("#timestamp"u8) >= 0 || id.IndexOf(":metadata"u8) >= 0 || id.IndexOf(":r_"u8) >= 0 || id.IndexOf(":f_"u8) >= 0 ||
        id.IndexOf(":credit_"u8) >= 0;
}
