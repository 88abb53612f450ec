namespace PersistentCacheService.Messages.Json;

/// <summary>
/// The interpreted members of one object, read by type. Null counts as absent except where said. Every reader throws
/// <see cref="MalformedMessageException"/> with the member's path when the value is of the wrong type.
/// </summary>
internal readonly ref struct JsonMembers
{
    private readonly MemberTable _table;
    private readonly JsonTape _tape;
    private readonly ReadOnlySpan<int> _values;
    private readonly JsonPath _path;

    /// <summary>Finds the members of <paramref name="table"/> in the object at <paramref name="node"/>.</summary>
    /// <param name="table">Names to find.</param>
    /// <param name="tape">The text.</param>
    /// <param name="node">An object.</param>
    /// <param name="values">Scratch of <see cref="MemberTable.Count"/> entries.</param>
    /// <param name="path">Where the object is.</param>
    public JsonMembers(MemberTable table, JsonTape tape, int node, Span<int> values, JsonPath path)
    {
        table.Locate(tape, node, values);
        _table = table;
        _tape = tape;
        _values = values;
        _path = path;
    }

    /// <summary>Whether the member is there, null included.</summary>
    public bool IsPresent(int member) => _values[member] != 0;

    /// <summary>Whether the member is there with a value other than null.</summary>
    public bool HasValue(int member) => ValueOf(member) != 0;

    /// <summary>Token of the value, 0 when absent or null. Any type.</summary>
    public int ValueOf(int member)
    {
        var node = _values[member];
        return node == 0 || _tape[node].Kind == JsonKind.Null ? 0 : node;
    }

    /// <summary>Token of an object, 0 when absent or null.</summary>
    public int Object(int member) => Typed(member, JsonKind.Object, "is not an object");

    /// <summary>Token of an array, 0 when absent or null.</summary>
    public int Array(int member) => Typed(member, JsonKind.Array, "is not an array");

    /// <summary>Token of a string, 0 when absent or null.</summary>
    public int Text(int member) => Typed(member, JsonKind.String, "is not a string");

    /// <summary>Token of a finite number, 0 when absent or null.</summary>
    public int Number(int member)
    {
        var node = Typed(member, JsonKind.Number, "is not a number");
        return node == 0 || JsonNumber.IsFinite(_tape.Text(node)) ? node : throw Refused(member, "is not a finite number");
    }

    /// <summary>True, or false when absent or null.</summary>
    public bool Flag(int member)
    {
        var node = ValueOf(member);
        return node != 0 && _tape[node].Kind switch
        {
            JsonKind.True => true,
            JsonKind.False => false,
            _ => throw Refused(member, "is not a boolean"),
        };
    }

    /// <summary>Unix ms of an ISO 8601 string or a number of ms; null when absent or null.</summary>
    public long? Date(int member)
    {
        var node = ValueOf(member);
        if (node == 0)
        {
            return null;
        }

        return JsonDates.TryRead(_tape, node, out var milliseconds) ? milliseconds : throw Refused(member, "is not a date");
    }

    /// <summary>UTF-8 of an id by <see cref="IdRules"/>; empty when absent, null or an empty string.</summary>
    public ReadOnlyMemory<byte> OptionalId(int member)
    {
        var node = Text(member);
        if (node == 0 || _tape[node].Length == 0)
        {
            return default;
        }

        return _tape.TryGetUnescaped(node, out var id) && IdRules.IsValid(id.Span) ? id : throw Refused(member, "is not a valid id");
    }

    /// <summary>UTF-8 of an id by <see cref="IdRules"/>; must be there.</summary>
    public ReadOnlyMemory<byte> Id(int member)
    {
        var id = OptionalId(member);
        return id.IsEmpty ? throw Refused(member, "is missing or empty") : id;
    }

    /// <summary>The node, which must not be 0.</summary>
    public int Required(int member, int node) => node != 0 ? node : throw Refused(member, "is missing or null");

    /// <summary>What to throw when the member is not as it should be.</summary>
    public MalformedMessageException Refused(int member, string complaint) => new($"{_path.Member(_table.NameOf(member))} {complaint}");

    private int Typed(int member, JsonKind kind, string complaint)
    {
        var node = ValueOf(member);
        return node == 0 || _tape[node].Kind == kind ? node : throw Refused(member, complaint);
    }
}
