using System.Text;
using System.Text.Json;

namespace PersistentCacheService.Sqs.Operations;

/// <summary>Walks JSON objects and arrays with <see cref="Utf8JsonReader"/>: an absent member and a null are the same, unknown members are skipped by the caller.</summary>
internal static class JsonFields
{
    /// <summary>Reads the start of an object.</summary>
    public static void ReadObjectStart(this ref Utf8JsonReader reader) => Expect(ref reader, JsonTokenType.StartObject);

    /// <summary>Moves to the next member's name; false at the end of the object.</summary>
    public static bool ReadName(this ref Utf8JsonReader reader)
    {
        reader.ReadToken();
        return reader.TokenType switch
        {
            JsonTokenType.PropertyName => true,
            JsonTokenType.EndObject => false,
            _ => throw new JsonException($"A member name is expected, not {reader.TokenType}."),
        };
    }

    /// <summary>Reads the start of an array; false when the value is null.</summary>
    public static bool ReadArrayStart(this ref Utf8JsonReader reader)
    {
        reader.ReadToken();
        return reader.TokenType switch
        {
            JsonTokenType.StartArray => true,
            JsonTokenType.Null => false,
            _ => throw new JsonException($"An array is expected, not {reader.TokenType}."),
        };
    }

    /// <summary>Moves into the next object of an array; false at the array's end.</summary>
    public static bool ReadElementStart(this ref Utf8JsonReader reader)
    {
        reader.ReadToken();
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => true,
            JsonTokenType.EndArray => false,
            _ => throw new JsonException($"An object is expected, not {reader.TokenType}."),
        };
    }

    /// <summary>Reads a string or null.</summary>
    public static string? ReadString(this ref Utf8JsonReader reader)
    {
        reader.ReadToken();
        return reader.TokenType is JsonTokenType.String or JsonTokenType.Null
            ? reader.GetString()
            : throw new JsonException($"A string is expected, not {reader.TokenType}.");
    }

    /// <summary>Reads a string or null as UTF-8.</summary>
    public static byte[]? ReadStringUtf8(this ref Utf8JsonReader reader)
    {
        reader.ReadToken();
        return reader.TokenType switch
        {
            JsonTokenType.String when reader.ValueIsEscaped => Encoding.UTF8.GetBytes(reader.GetString()!),
            JsonTokenType.String => reader.ValueSpan.ToArray(),
            JsonTokenType.Null => null,
            _ => throw new JsonException($"A string is expected, not {reader.TokenType}."),
        };
    }

    /// <summary>Reads a boolean or null.</summary>
    public static bool? ReadBoolean(this ref Utf8JsonReader reader)
    {
        reader.ReadToken();
        return reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            JsonTokenType.Null => null,
            _ => throw new JsonException($"A boolean is expected, not {reader.TokenType}."),
        };
    }

    /// <summary>Reads an object of strings or null.</summary>
    public static Dictionary<string, string>? ReadDictionary(this ref Utf8JsonReader reader)
    {
        reader.ReadToken();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException($"An object is expected, not {reader.TokenType}.");
        }

        var values = new Dictionary<string, string>();
        while (reader.ReadName())
        {
            var name = reader.GetString()!;
            if (reader.ReadString() is { } value)
            {
                values[name] = value;
            }
        }

        return values;
    }

    /// <summary>Parses an object of strings.</summary>
    public static Dictionary<string, string>? ReadDictionary(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        return reader.ReadDictionary();
    }

    /// <summary>Throws when something follows the value just read.</summary>
    public static void RequireEnd(this ref Utf8JsonReader reader)
    {
        if (reader.Read())
        {
            throw new JsonException("Something follows the JSON object.");
        }
    }

    /// <summary>Reads the next token; the end of the input is an error.</summary>
    public static void ReadToken(this ref Utf8JsonReader reader)
    {
        if (!reader.Read())
        {
            throw new JsonException("The JSON ends early.");
        }
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        reader.ReadToken();
        if (reader.TokenType != type)
        {
            throw new JsonException($"{type} is expected, not {reader.TokenType}.");
        }
    }
}
