using System.Runtime.CompilerServices;
using System.Text.Json;

namespace EntitlementCache.Messages.Json;

/// <summary>
/// The interpreted members of one object, found in one walk and read by type; others are ignored. Null counts as absent except where said; what is
/// absent is <c>default</c>. Every reader throws <see cref="MalformedMessageException"/> with the member's path when the value is of the wrong type.
/// </summary>
internal readonly ref struct JsonMembers
{
    /// <summary>Names a table may have.</summary>
    public const int MaxNames = 20;

    private readonly MemberTable _table;
    private readonly JsonPath _path;
    private readonly uint _present;
    private readonly Values _values;

    /// <summary>Finds the members of <paramref name="table"/> in an object.</summary>
    /// <param name="table">Names to find.</param>
    /// <param name="owner">Must be an object, or <c>default</c>: then all is absent.</param>
    /// <param name="path">Where the object is.</param>
    /// <exception cref="MalformedMessageException">
    /// Not an object, or a name of the table occurs twice: parsers disagree about which one counts, so no reading would be safe.
    /// </exception>
    public JsonMembers(MemberTable table, JsonElement owner, JsonPath path)
    {
        _table = table;
        _path = path;
        IsAbsent = owner.ValueKind == JsonValueKind.Undefined;
        if (IsAbsent)
        {
            return;
        }

        if (owner.ValueKind != JsonValueKind.Object)
        {
            throw new MalformedMessageException($"{path} is not an object") { Path = path.ToString() };
        }

        Span<JsonElement> values = _values;
        foreach (var member in owner.EnumerateObject())
        {
            var index = table.IndexOf(member);
            if (index < 0)
            {
                continue;
            }

            if ((_present & (1u << index)) != 0)
            {
                throw new MalformedMessageException($"member {member.Name} occurs twice") { Path = path.Member(member.Name) };
            }

            _present |= 1u << index;
            values[index] = member.Value;
        }
    }

    /// <summary>Whether there is no object.</summary>
    public bool IsAbsent { get; }

    /// <summary>Whether the member is there, null included.</summary>
    public bool IsPresent(string name) => (_present & (1u << _table.IndexOf(name))) != 0;

    /// <summary>Whether the member is there with a value other than null.</summary>
    public bool HasValue(string name) => Find(name, out _) is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>The value, of any type.</summary>
    public JsonElement ValueOf(string name) => Find(name, out var value) == JsonValueKind.Null ? default : value;

    /// <summary>An object.</summary>
    public JsonElement Object(string name, bool isRequired = false) => Typed(name, JsonValueKind.Object, "is not an object", isRequired);

    /// <summary>The members of an object.</summary>
    public JsonMembers Inside(string name, MemberTable table, bool isRequired = false) => new(table, Object(name, isRequired), _path.Inside(name));

    /// <summary>An array.</summary>
    public JsonElement Array(string name, bool isRequired = false) => Typed(name, JsonValueKind.Array, "is not an array", isRequired);

    /// <summary>The elements of an array; none of <c>default</c>.</summary>
    public static JsonElement.ArrayEnumerator ElementsOf(JsonElement array) => array.ValueKind == JsonValueKind.Undefined ? default : array.EnumerateArray();

    /// <summary>A string.</summary>
    public JsonElement Text(string name, bool isRequired = false) => Typed(name, JsonValueKind.String, "is not a string", isRequired);

    /// <summary>A finite number.</summary>
    public JsonElement Number(string name, bool isRequired = false)
    {
        var value = Typed(name, JsonValueKind.Number, "is not a number", isRequired);
        return value.ValueKind == JsonValueKind.Undefined || JsonNumber.IsFinite(value) ? value : throw Refused(name, "is not a finite number");
    }

    /// <summary>True, or false when absent.</summary>
    public bool Flag(string name) => Find(name, out _) switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False or JsonValueKind.Null or JsonValueKind.Undefined => false,
        _ => throw Refused(name, "is not a boolean"),
    };

    /// <summary>Unix ms of an ISO 8601 string or a number of ms; null when absent.</summary>
    public long? Date(string name)
    {
        if (Find(name, out var value) is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return null;
        }

        return JsonDate.TryRead(value, out var milliseconds) ? milliseconds : throw Refused(name, "is not a date");
    }

    /// <summary>The same where null and absence differ.</summary>
    public DateMember NullableDate(string name) => IsPresent(name) ? new(IsPresent: true, Date(name)) : default;

    /// <summary>An object or any value that is passed on without being understood.</summary>
    /// <exception cref="MalformedMessageException">It holds a number that is not finite: readers could not hold it.</exception>
    public JsonElement AsReceived(string name, bool isObject = true)
    {
        var value = isObject ? Object(name) : ValueOf(name);
        return JsonNumber.AreFinite(value) ? value : throw Refused(name, "holds a number that is not finite");
    }

    /// <summary>UTF-8 of an id by <see cref="IdRules"/>, in memory of its own; empty when absent or an empty string.</summary>
    public ReadOnlyMemory<byte> OptionalId(string name)
    {
        var text = Text(name);
        if (text.ValueKind == JsonValueKind.Undefined || JsonText.Contents(text).IsEmpty)
        {
            return default;
        }

        return IdRules.TryRead(text, out var id) ? id : throw Refused(name, "is not a valid id");
    }

    /// <summary>The same of an id that must be there.</summary>
    public ReadOnlyMemory<byte> Id(string name)
    {
        var id = OptionalId(name);
        return id.IsEmpty ? throw Refused(name, "is missing or empty") : id;
    }

    /// <summary>What to throw when the member is not as it should be.</summary>
    public MalformedMessageException Refused(string name, string complaint) => new($"{_path.Member(name)} {complaint}") { Path = _path.Member(name) };

    private JsonValueKind Find(string name, out JsonElement value)
    {
        var index = _table.IndexOf(name);
        value = _values[index];
        return (_present & (1u << index)) == 0 ? JsonValueKind.Undefined : value.ValueKind;
    }

    private JsonElement Typed(string name, JsonValueKind kind, string complaint, bool isRequired)
    {
        var actual = Find(name, out var value);
        if (actual == kind)
        {
            return value;
        }

        if (actual is not (JsonValueKind.Undefined or JsonValueKind.Null))
        {
            throw Refused(name, complaint);
        }

        return isRequired ? throw Refused(name, "is missing or null") : default;
    }

    [InlineArray(MaxNames)]
    private struct Values
    {
        private JsonElement _first;
    }
}
