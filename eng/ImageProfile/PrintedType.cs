namespace ImageProfile;

/// <summary>A type as the runtime prints it, e.g. <c>System.Collections.Generic.Dictionary`2[System.__Canon,int][]</c>.</summary>
/// <param name="Name">Name with its namespace; nested types follow a <c>+</c>, primitive types have their names of C#.</param>
/// <param name="Arguments">Arguments of a generic type, those of the types around it included.</param>
/// <param name="Ranks">For an array the ranks, from the inside out; else none.</param>
internal sealed record PrintedType(string Name, IReadOnlyList<PrintedType> Arguments, IReadOnlyList<int> Ranks);
