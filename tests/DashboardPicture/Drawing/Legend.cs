namespace DashboardPicture.Drawing;

/// <summary>Names with their colours, as many on a line as have room.</summary>
/// <param name="Lines">The lines.</param>
/// <param name="Size">Of the letters, px.</param>
internal sealed record Legend(IReadOnlyList<IReadOnlyList<(string Name, string Colour)>> Lines, double Size)
{
    private const double Swatch = 0.9; // of the letters' size, as the following
    private const double Gap = 0.35;
    private const double Between = 0.9;
    private const double LineHeight = 1.35;

    public double Height => Lines.Count * Size * LineHeight;

    /// <summary>A legend that is not wider than so many px.</summary>
    public static Legend Within(double width, double size, IEnumerable<(string Name, string Colour)> entries)
    {
        var lines = new List<List<(string Name, string Colour)>> { new() };
        var used = 0.0;
        foreach (var entry in entries)
        {
            if (used + WidthOf(entry.Name, size) - (size * Between) > width && lines[^1].Count > 0)
            {
                lines.Add([]);
                used = 0;
            }

            lines[^1].Add(entry);
            used += WidthOf(entry.Name, size);
        }

        return new Legend(lines, size);
    }

    /// <summary>Draws it from its upper left corner on.</summary>
    public void Draw(Canvas canvas, double x, double y, string ink)
    {
        for (var line = 0; line < Lines.Count; line++)
        {
            var (left, bottom) = (x, y + ((line + 0.8) * Size * LineHeight));
            foreach (var (name, colour) in Lines[line])
            {
                canvas.Rectangle(new Area(left, bottom - (Size * 0.7), Size * Swatch, Size * 0.7), colour, 1);
                canvas.Text(left + (Size * (Swatch + Gap)), bottom, name, Size, ink);
                left += WidthOf(name, Size);
            }
        }
    }

    private static double WidthOf(string name, double size) => Canvas.WidthOf(name, size) + (size * (Swatch + Gap + Between));
}
