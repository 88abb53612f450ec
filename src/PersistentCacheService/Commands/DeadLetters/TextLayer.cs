using EntitlementCache.Messages.Json;

namespace PersistentCacheService.Commands.DeadLetters;

/// <summary>A JSON text of a message: the body, or what an envelope carries in a string.</summary>
/// <param name="Text">UTF-8.</param>
/// <param name="Outer">The text that holds it; null: it is the body.</param>
/// <param name="Start">Where its first byte stands in the outer text, or in the body behind a byte order mark.</param>
/// <param name="Escaped">The same as the outer text spells it; of the body empty.</param>
internal sealed record TextLayer(ReadOnlyMemory<byte> Text, TextLayer? Outer, int Start, ReadOnlyMemory<byte> Escaped)
{
    /// <summary>The byte of the body that a byte of this text comes from.</summary>
    public int InBody(int offset) => Outer is null ? Start + offset : Outer.InBody(Start + EscapedOffset(offset));

    /// <summary>Where a byte of the text is among the escaped ones.</summary>
    private int EscapedOffset(int offset)
    {
        var rest = Escaped.Span;
        var decoded = 0;
        while (!rest.IsEmpty)
        {
            var plain = JsonText.TakePlain(ref rest);
            if (decoded + plain.Length > offset || rest.IsEmpty)
            {
                return Escaped.Length - rest.Length - plain.Length + Math.Min(plain.Length, offset - decoded);
            }

            decoded += plain.Length;
            var before = rest.Length;
            _ = JsonText.TryTakeEscape(ref rest, out var scalar);
            if (decoded + scalar.Utf8SequenceLength > offset)
            {
                return Escaped.Length - before;
            }

            decoded += scalar.Utf8SequenceLength;
        }

        return Escaped.Length;
    }
}
