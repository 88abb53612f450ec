namespace EntitlementCache.Messages.Json;

/// <summary>Where in a message an object is, for the reason of a refusal. Costs nothing until it is printed.</summary>
/// <param name="Section">Member that holds the object; empty: the payload itself, or the element of a list.</param>
/// <param name="List">Member that holds the list it is in, or null.</param>
/// <param name="Index">Position in that list.</param>
internal readonly record struct JsonPath(string Section, string? List = null, int Index = 0)
{
    /// <summary>The payload itself.</summary>
    public static JsonPath Payload => new("");

    /// <summary>An object inside the same list element.</summary>
    public JsonPath Inside(string section) => this with { Section = Section.Length == 0 ? section : $"{Section}.{section}" };

    /// <summary>The path of one member of the object.</summary>
    public string Member(string name) => Inside(name).ToString();

    /// <inheritdoc/>
    public override string ToString()
    {
        var separator = List is null || Section.Length == 0 ? "" : ".";
        return List is null ? Section : $"{List}[{Index}]{separator}{Section}";
    }
}
