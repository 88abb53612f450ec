using System.Globalization;
using System.Text;
using System.Text.Json;
using EntitlementCache.Messages;
using EntitlementCache.Messages.Json;

namespace PersistentCacheService.Commands.DeadLetters;

/// <summary>Finds how far a text is JSON.</summary>
internal static class JsonTrace
{
    /// <summary>The member that was being read when the text stopped being JSON, and the byte.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="failure">What the parser said of it.</param>
    public static (string Way, int Offset) Follow(ReadOnlySpan<byte> text, JsonException failure)
    {
        var levels = new Stack<Level>();
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = JsonBody.MaxDepth });
        try
        {
            while (reader.Read())
            {
                Step(ref reader, levels);
            }
        }
        catch (JsonException)
        {
            // It fails where the first parser failed.
        }

        return (WayOf(levels), OffsetOf(text, failure));
    }

    private static void Step(ref Utf8JsonReader reader, Stack<Level> levels)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                levels.Peek().Name = MessageTypes.Printable(reader.ValueSpan);
                return;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                levels.Pop();
                return;
            default:
                if (levels.TryPeek(out var level) && level.IsArray)
                {
                    level.Index++;
                }

                break;
        }

        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            levels.Push(new Level(reader.TokenType == JsonTokenType.StartArray));
        }
    }

    private static string WayOf(Stack<Level> levels)
    {
        var way = new StringBuilder();
        foreach (var level in levels.Reverse())
        {
            if (level.IsArray)
            {
                way.Append(CultureInfo.InvariantCulture, $"[{Math.Max(0, level.Index)}]");
            }
            else if (level.Name.Length > 0)
            {
                way.Append(way.Length > 0 ? "." : "").Append(level.Name);
            }
        }

        return way.ToString();
    }

    /// <summary>The parser counts lines by their line feeds.</summary>
    private static int OffsetOf(ReadOnlySpan<byte> text, JsonException failure)
    {
        var offset = 0;
        for (var line = failure.LineNumber ?? 0; line > 0; line--)
        {
            offset += text[offset..].IndexOf((byte)'\n') + 1;
        }

        return Math.Min(text.Length, offset + (int)(failure.BytePositionInLine ?? 0));
    }

    private sealed class Level(bool isArray)
    {
        public bool IsArray => isArray;

        public string Name { get; set; } = "";

        public int Index { get; set; } = -1;
    }
}
