namespace EntitlementCache.Observability.Definitions;

/// <summary>A label and all values it can have.</summary>
/// <param name="name">Name on the page.</param>
/// <param name="meaning">What the values tell, for the documentation.</param>
/// <param name="values">All values there are.</param>
internal sealed class LabelDefinition(string name, string meaning, params IReadOnlyList<string> values)
{
    /// <summary>Name on the page.</summary>
    public string Name => name;

    /// <summary>What the values tell.</summary>
    public string Meaning => meaning;

    /// <summary>All values there are. A label that stands for an enum has the member's name at the member's number.</summary>
    public IReadOnlyList<string> Values => values;

    /// <summary>A label with one value for each member of an enum numbered from 0, as <see cref="LabelText.SnakeCase"/> spells it.</summary>
    /// <param name="name">Name on the page.</param>
    /// <param name="meaning">What the values tell, for the documentation.</param>
    /// <param name="before">Values ahead of the enum's; they shift the positions.</param>
    public static LabelDefinition Of<T>(string name, string meaning, params IReadOnlyList<string> before)
        where T : struct, Enum => new(name, meaning, [.. before, .. Enum.GetNames<T>().Select(LabelText.SnakeCase)]);
}
