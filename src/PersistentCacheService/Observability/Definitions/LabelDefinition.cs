namespace PersistentCacheService.Observability.Definitions;

/// <summary>A label and all values it can have. Its tags are made once: naming one at a measurement allocates nothing.</summary>
internal sealed class LabelDefinition
{
    private readonly KeyValuePair<string, object?>[] _tags;

    /// <param name="name">Name on the page.</param>
    /// <param name="meaning">What the values tell, for the documentation.</param>
    /// <param name="values">All values there are.</param>
    public LabelDefinition(string name, string meaning, params IReadOnlyList<string> values)
    {
        Name = name;
        Meaning = meaning;
        Values = values;
        _tags = [.. values.Select(value => new KeyValuePair<string, object?>(name, value))];
    }

    /// <summary>Name on the page.</summary>
    public string Name { get; }

    /// <summary>What the values tell.</summary>
    public string Meaning { get; }

    /// <summary>All values there are.</summary>
    public IReadOnlyList<string> Values { get; }

    /// <summary>The tags of all values, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Tags => _tags;

    /// <summary>The tag of the value at a position; of a label that stands for an enum, the member's number.</summary>
    public KeyValuePair<string, object?> this[int position] => _tags[position];

    /// <summary>A label with one value for each member of an enum numbered from 0, as <see cref="LabelText.SnakeCase"/> spells it.</summary>
    /// <param name="name">Name on the page.</param>
    /// <param name="meaning">What the values tell, for the documentation.</param>
    /// <param name="before">Values ahead of the enum's; they shift the positions.</param>
    public static LabelDefinition Of<T>(string name, string meaning, params IReadOnlyList<string> before)
        where T : struct, Enum => new(name, meaning, [.. before, .. Enum.GetNames<T>().Select(LabelText.SnakeCase)]);
}
