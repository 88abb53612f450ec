using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Unicode;

namespace PersistentCacheService.Messages.Json;

/// <summary>
/// A JSON text as a flat list of tokens in pooled memory: every byte is looked at once, members can be asked for in any order, and nothing is
/// built per value. Token 0 is the root. The text itself is not copied: it must outlive the tape.
/// </summary>
internal sealed class JsonTape : IDisposable
{
    /// <summary>Nesting allowed (CONTRACT 5).</summary>
    public const int MaxDepth = 64;

    // Measured on the load mix: a token takes 9 to 14 bytes of text; starting with text/8 the list practically never grows.
    private const int BytesPerToken = 8;
    private const int MinimumTokens = 32;

    private JsonToken[] _tokens;
    private int _count;

    private JsonTape(ReadOnlyMemory<byte> json)
    {
        Json = json;
        _tokens = ArrayPool<JsonToken>.Shared.Rent(Math.Max(json.Length / BytesPerToken, MinimumTokens));
    }

    /// <summary>The text the tokens point into.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>The token at <paramref name="index"/>.</summary>
    public ref readonly JsonToken this[int index] => ref _tokens[index];

    /// <summary>Reads a whole text.</summary>
    /// <exception cref="MalformedMessageException">Not UTF-8, not JSON, or nested deeper than <see cref="MaxDepth"/>.</exception>
    public static JsonTape Parse(ReadOnlyMemory<byte> json)
    {
        // The reader below checks only what it decodes; ids and values are copied undecoded.
        if (!Utf8.IsValid(json.Span))
        {
            throw new MalformedMessageException("not valid UTF-8");
        }

        var tape = new JsonTape(json);
        try
        {
            tape.Read();
            return tape;
        }
        catch (JsonException failure)
        {
            tape.Dispose();
            throw new MalformedMessageException($"not valid JSON at line {failure.LineNumber}, byte {failure.BytePositionInLine}");
        }
    }

    /// <summary>Text of a token: of a string without quotes and still escaped, of a container with its brackets.</summary>
    public ReadOnlySpan<byte> Text(int index)
    {
        ref readonly var token = ref _tokens[index];
        return Json.Span.Slice(token.Start, token.Length);
    }

    /// <summary>Bytes of a string token with escapes resolved: a slice of <see cref="Json"/>, or a new array when it has escapes.</summary>
    /// <returns>False when it has an escaped surrogate without its partner, which UTF-8 cannot carry.</returns>
    public bool TryGetUnescaped(int index, out ReadOnlyMemory<byte> text)
    {
        ref readonly var token = ref _tokens[index];
        text = Json.Slice(token.Start, token.Length);
        if (!token.HasEscapes)
        {
            return true;
        }

        var unescaped = new byte[token.Length];
        var length = JsonText.Unescape(text.Span, unescaped);
        text = unescaped.AsMemory(0, Math.Max(length, 0));
        return length >= 0;
    }

    /// <summary>Whether a string token, escapes resolved, equals an ASCII text.</summary>
    public bool TextEquals(int index, ReadOnlySpan<byte> expected)
    {
        ref readonly var token = ref _tokens[index];
        if (token.Kind != JsonKind.String)
        {
            return false;
        }

        return token.HasEscapes
            ? TryGetUnescaped(index, out var text) && text.Span.SequenceEqual(expected)
            : Text(index).SequenceEqual(expected);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var tokens = Interlocked.Exchange(ref _tokens, []);
        if (tokens.Length > 0)
        {
            ArrayPool<JsonToken>.Shared.Return(tokens);
        }
    }

    private void Read()
    {
        Span<int> open = stackalloc int[MaxDepth];
        var depth = 0;
        var reader = new Utf8JsonReader(Json.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
        while (reader.Read())
        {
            var start = (int)reader.TokenStartIndex;
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    open[depth++] = _count;
                    Append(new JsonToken(start, 0, 0, JsonKind.Object, HasEscapes: false));
                    break;
                case JsonTokenType.StartArray:
                    open[depth++] = _count;
                    Append(new JsonToken(start, 0, 0, JsonKind.Array, HasEscapes: false));
                    break;
                case JsonTokenType.EndObject:
                case JsonTokenType.EndArray:
                    ref var container = ref _tokens[open[--depth]];
                    container = container with { Length = start + 1 - container.Start, End = _count };
                    break;
                case JsonTokenType.PropertyName:
                case JsonTokenType.String:
                    Append(new JsonToken(start + 1, reader.ValueSpan.Length, _count + 1, JsonKind.String, reader.ValueIsEscaped));
                    break;
                default:
                    Append(new JsonToken(start, reader.ValueSpan.Length, _count + 1, ScalarKind(reader.TokenType), HasEscapes: false));
                    break;
            }
        }
    }

    private static JsonKind ScalarKind(JsonTokenType type) => type switch
    {
        JsonTokenType.Number => JsonKind.Number,
        JsonTokenType.True => JsonKind.True,
        JsonTokenType.False => JsonKind.False,
        _ => JsonKind.Null,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Append(JsonToken token)
    {
        if (_count == _tokens.Length)
        {
            Grow();
        }

        _tokens[_count++] = token;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow()
    {
        var larger = ArrayPool<JsonToken>.Shared.Rent(_tokens.Length * 2);
        _tokens.AsSpan(0, _count).CopyTo(larger);
        ArrayPool<JsonToken>.Shared.Return(_tokens);
        _tokens = larger;
    }
}
