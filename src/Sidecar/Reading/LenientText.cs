using System.Text;
using EntitlementCache.Messages.Json;

namespace Sidecar.Reading;

/// <summary>JSON strings as text. What cannot be text, half of a surrogate pair or bytes that are no UTF-8, becomes U+FFFD: one bad character must not hide a customer.</summary>
internal static class LenientText
{
    /// <summary>Decodes the contents of a JSON string.</summary>
    /// <param name="contents">Without quotes, still escaped, as a JSON parser has accepted them.</param>
    public static string Decode(ReadOnlySpan<byte> contents)
    {
        if (!JsonText.HasEscapes(contents))
        {
            return Encoding.UTF8.GetString(contents);
        }

        var text = new StringBuilder(contents.Length);
        while (!contents.IsEmpty)
        {
            text.Append(Encoding.UTF8.GetString(JsonText.TakePlain(ref contents)));
            if (!contents.IsEmpty)
            {
                text.Append(JsonText.TryTakeEscape(ref contents, out var scalar) ? scalar.ToString() : "\uFFFD");
            }
        }

        return text.ToString();
    }
}
