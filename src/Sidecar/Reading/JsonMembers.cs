using System.Text;
using System.Text.Json;
using EntitlementCache.Messages.Json;

namespace Sidecar.Reading;

/// <summary>Members of cached JSON, read without complaint: what is absent, null or of another type is not there. Nothing here throws.</summary>
internal static class JsonMembers
{
    /// <summary>The member, or an undefined element. Of several with one name the last.</summary>
    public static JsonElement Object(this JsonElement element, string name)
    {
        var found = default(JsonElement);
        if (element.ValueKind == JsonValueKind.Object)
        {
            // Not TryGetProperty: it throws at an escaped surrogate without its partner in any other name.
            foreach (var member in element.EnumerateObject())
            {
                if (IsNamed(member, name))
                {
                    found = member.Value;
                }
            }
        }

        return found;
    }

    /// <summary>A string that is not empty.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.Object(name) is { ValueKind: JsonValueKind.String } text && LenientText.Decode(JsonText.Contents(text)) is { Length: > 0 } read ? read : null;

    /// <summary>A finite number.</summary>
    public static double? Number(this JsonElement element, string name) =>
        element.Object(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var read) && double.IsFinite(read) ? read : null;

    /// <summary>A time in Unix ms. Only a number is one: readers take ISO text for no time at all (CONTRACT 3).</summary>
    public static long? Milliseconds(this JsonElement element, string name) =>
        element.Number(name) is { } number ? ToMilliseconds(number) : null;

    /// <summary>A number as a time in Unix ms; null outside of the years 1 to 9999, which protobuf's timestamps and .NET's dates end at.</summary>
    public static long? ToMilliseconds(double number) => number is >= -62_135_596_800_000 and <= 253_402_300_799_999 ? (long)number : null;

    /// <summary>True, or false.</summary>
    public static bool Flag(this JsonElement element, string name) => element.Object(name).ValueKind == JsonValueKind.True;

    /// <summary>The strings of an array.</summary>
    public static IReadOnlyList<string> Texts(this JsonElement element, string name) =>
        element.Object(name) is { ValueKind: JsonValueKind.Array } array
            ? [.. array.EnumerateArray().Where(static item => item.ValueKind == JsonValueKind.String).Select(static item => LenientText.Decode(JsonText.Contents(item)))]
            : [];

    private static bool IsNamed(JsonProperty member, string name)
    {
        var written = JsonText.NameOf(member);
        return JsonText.HasEscapes(written) ? LenientText.Decode(written) == name : Ascii.Equals(written, name);
    }
}
