using System.Globalization;
using System.Xml.Linq;

namespace EndToEnd.Reporting;

/// <summary>Horizontal bars as SVG: transparent, in colours that can be read on white and on black.</summary>
/// <param name="Title">What the bars show, with its unit.</param>
/// <param name="Format">How values are printed.</param>
/// <param name="Bars">From top to bottom.</param>
internal sealed record BarChart(string Title, string Format, IReadOnlyList<Bar> Bars)
{
    private const int Width = 860;
    private const int Left = 330; // the longest name of a row, about 55 letters of 6 px
    private const int Right = 70; // room for the value behind the longest bar
    private const int Top = 40;
    private const int Step = 22;
    private const int Thickness = 14;
    private const string Ink = "#768390"; // contrast at least 3.9 on white and on #0d1117

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>The file's text.</summary>
    public string Render()
    {
        var height = Top + (Bars.Count * Step) + 8;
        var largest = Bars.Select(static bar => bar.Value).Append(double.Epsilon).Max();
        var svg = new XElement(
            Svg + "svg",
            new XAttribute("viewBox", $"0 0 {Width} {height}"),
            new XAttribute("width", Width),
            new XAttribute("height", height),
            new XAttribute("role", "img"),
            new XAttribute("font-family", "system-ui, sans-serif"),
            new XAttribute("font-size", 12),
            new XElement(Svg + "title", Title),
            Text(0, 18, "start", Title, 15));
        for (var i = 0; i < Bars.Count; i++)
        {
            var (bar, y) = (Bars[i], Top + (i * Step));
            var length = Math.Max(1, bar.Value / largest * (Width - Left - Right));
            svg.Add(
                Text(Left - 8, y + 11, "end", bar.Name, 12),
                new XElement(
                    Svg + "rect",
                    new XAttribute("x", Left),
                    new XAttribute("y", y),
                    new XAttribute("width", length.ToString("0.#", CultureInfo.InvariantCulture)),
                    new XAttribute("height", Thickness),
                    new XAttribute("rx", 2),
                    new XAttribute("fill", bar.Colour)),
                Text(Left + length + 6, y + 11, "start", bar.Value.ToString(Format, CultureInfo.InvariantCulture), 12));
        }

        return svg + "\n";
    }

    private static XElement Text(double x, double y, string anchor, string text, int size) => new(
        Svg + "text",
        new XAttribute("x", x.ToString("0.#", CultureInfo.InvariantCulture)),
        new XAttribute("y", y),
        new XAttribute("text-anchor", anchor),
        new XAttribute("font-size", size),
        new XAttribute("fill", Ink),
        text);
}
