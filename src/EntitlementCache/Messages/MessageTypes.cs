using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EntitlementCache.Messages.Json;

namespace EntitlementCache.Messages;

/// <summary>
/// Compares the names of types. Spelling does not matter: case, <c>.</c>, <c>_</c>, <c>-</c>, a trailing V1 or V2, and everything from a bracket on
/// are removed first, so one row of <see cref="EventNames"/> covers GraphQL, event-log and webhook forms.
/// </summary>
internal static class MessageTypes
{
    // The longest known name has 47 letters.
    private const int LongestKnownName = 64;
    private const int LongestLoggedName = 64;

    private static readonly FrozenDictionary<string, MessageType>.AlternateLookup<ReadOnlySpan<char>> ByName =
        EventNames.Table.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The type that a discriminator names, or <see cref="MessageType.Unknown"/>.</summary>
    public static MessageType Resolve(JsonElement name)
    {
        var contents = JsonText.Contents(name);
        if (!JsonText.HasEscapes(contents))
        {
            return Resolve(contents);
        }

        return JsonText.TryUnescape(contents, out var unescaped) ? Resolve(unescaped.Span) : MessageType.Unknown;
    }

    /// <inheritdoc cref="Resolve(JsonElement)"/>
    public static MessageType Resolve(ReadOnlySpan<byte> name)
    {
        Span<char> normal = stackalloc char[LongestKnownName];
        var length = Normalise(name, normal);
        return length >= 0 && ByName.TryGetValue(normal[..length], out var type) ? type : MessageType.Unknown;
    }

    /// <summary>The form in which names are compared. Throws when the name is longer than any known one.</summary>
    public static string Normal(string name)
    {
        Span<char> normal = stackalloc char[LongestKnownName];
        var length = Normalise(Encoding.UTF8.GetBytes(name), normal);
        return length >= 0 ? new string(normal[..length]) : throw new ArgumentException("The name is too long.", nameof(name));
    }

    /// <summary>A type's name as it may be logged: at most 64 characters, control characters replaced.</summary>
    public static string Printable(ReadOnlySpan<byte> name)
    {
        var text = new StringBuilder(LongestLoggedName);
        foreach (var scalar in Encoding.UTF8.GetString(name).EnumerateRunes())
        {
            if (text.Length >= LongestLoggedName - 1)
            {
                break;
            }

            var isPrintable = Rune.GetUnicodeCategory(scalar) is not (UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
            text.Append(isPrintable ? scalar.ToString() : "?");
        }

        return text.ToString();
    }

    /// <returns>Letters written, or -1: longer than any known name.</returns>
    private static int Normalise(ReadOnlySpan<byte> name, Span<char> normal)
    {
        // The public list has names that end in half an index: ..._TRIGGERED[.
        var bracket = name.IndexOf((byte)'[');
        var length = 0;
        foreach (var letter in bracket < 0 ? name : name[..bracket])
        {
            if (letter is (byte)'.' or (byte)'_' or (byte)'-')
            {
                continue;
            }

            if (length == normal.Length)
            {
                return -1;
            }

            normal[length++] = letter is >= (byte)'A' and <= (byte)'Z' ? (char)(letter | 0x20) : (char)letter;
        }

        var isVersioned = normal[..length].EndsWith("v1") || normal[..length].EndsWith("v2");
        return isVersioned ? length - 2 : length;
    }
}
