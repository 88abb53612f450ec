namespace EndToEnd.Reporting;

/// <summary>A bar of a chart.</summary>
/// <param name="Name">Text left of it.</param>
/// <param name="Value">Its length.</param>
/// <param name="Colour">Its colour as SVG names it.</param>
internal readonly record struct Bar(string Name, double Value, string Colour);
