using System.Text;
using System.Text.Json;

namespace LocalSqs.Protocol;

/// <summary>Reads the JSON object of a request member by member, without a document in between.</summary>
internal ref struct RequestReader
{
    private readonly ReadOnlySpan<byte> _body;
    private Utf8JsonReader _json;

    public RequestReader(ReadOnlySpan<byte> body)
    {
        _body = body;
        _json = new Utf8JsonReader(body);
        if (!_json.Read())
        {
            throw new SqsException(SqsError.Serialization("The request has no body."));
        }

        Expect(JsonTokenType.StartObject);
    }

    /// <summary>The request's bytes.</summary>
    public readonly ReadOnlySpan<byte> Body => _body;

    /// <summary>Goes to the next member of the present object and on to its value; null values are passed over as absent.</summary>
    public bool NextMember()
    {
        do
        {
            if (!_json.Read())
            {
                throw new SqsException(SqsError.Serialization("The request's JSON is incomplete."));
            }

            if (_json.TokenType == JsonTokenType.EndObject)
            {
                return false;
            }

            NameStart = (int)_json.TokenStartIndex + 1;
            NameLength = _json.ValueSpan.Length;
            _json.Read();
        }
        while (_json.TokenType == JsonTokenType.Null);
        return true;
    }

    /// <summary>Goes to the next element of the present array.</summary>
    public bool NextElement() => _json.Read() && _json.TokenType != JsonTokenType.EndArray;

    /// <summary>Whether the present member has this name.</summary>
    public readonly bool Is(ReadOnlySpan<byte> name) => _body.Slice(NameStart, NameLength).SequenceEqual(name);

    public readonly string Name => Encoding.UTF8.GetString(_body.Slice(NameStart, NameLength));

    public readonly void StartArray() => Expect(JsonTokenType.StartArray);

    public readonly void StartObject() => Expect(JsonTokenType.StartObject);

    public void Skip() => _json.Skip();

    /// <summary>The present string with its escapes resolved: some serializers escape <c>/</c> and <c>+</c>.</summary>
    /// <param name="scratch">Place for a string that has escapes; a longer one gets an array.</param>
    public readonly ReadOnlySpan<byte> Text(Span<byte> scratch)
    {
        Expect(JsonTokenType.String);
        if (!_json.ValueIsEscaped)
        {
            return _json.ValueSpan;
        }

        var target = _json.ValueSpan.Length <= scratch.Length ? scratch : new byte[_json.ValueSpan.Length];
        return target[.._json.CopyString(target)];
    }

    /// <summary>The text between the quotes, as sent.</summary>
    public readonly ReadOnlySpan<byte> RawString()
    {
        Expect(JsonTokenType.String);
        return _json.ValueSpan;
    }

    /// <summary>Where <see cref="RawString"/> starts in <see cref="Body"/>.</summary>
    public readonly int RawStart => (int)_json.TokenStartIndex + 1;

    /// <summary>Whether <see cref="RawString"/> has escapes.</summary>
    public readonly bool IsEscaped => _json.ValueIsEscaped;

    public readonly string String()
    {
        Expect(JsonTokenType.String);
        return _json.GetString()!;
    }

    /// <summary>Resolves the escapes of the present string.</summary>
    /// <returns>Bytes written.</returns>
    public readonly int Unescape(Span<byte> utf8) => _json.CopyString(utf8);

    public readonly byte[] Base64()
    {
        Expect(JsonTokenType.String);
        return _json.TryGetBytesFromBase64(out var bytes) ? bytes : throw new SqsException(SqsError.Serialization("A binary value is not Base64."));
    }

    /// <summary>An integer.</summary>
    public readonly int Integer()
    {
        Expect(JsonTokenType.Number);
        return _json.TryGetInt32(out var number) ? number : throw new SqsException(SqsError.Serialization("A number is not an integer of 32 bits."));
    }

    private int NameStart { get; set; }

    private int NameLength { get; set; }

    private readonly void Expect(JsonTokenType type)
    {
        if (_json.TokenType != type)
        {
            throw new SqsException(SqsError.Serialization($"Expected {type} in the request, found {_json.TokenType}."));
        }
    }
}
