using System.Globalization;
using System.Xml.Linq;

namespace DashboardPicture.Drawing;

/// <summary>An SVG picture that is being drawn.</summary>
internal sealed class Canvas
{
    // Nothing here can measure letters: the averages of a wide font (DejaVu Sans), so that text never reaches beyond its room.
    private const double LetterWidth = 0.6;
    private const double CapitalWidth = 0.72;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private readonly XElement _root;

    /// <summary>An empty picture.</summary>
    /// <param name="width">Width, px.</param>
    /// <param name="height">Height, px.</param>
    /// <param name="title">What a screen reader says.</param>
    public Canvas(double width, double height, string title) => _root = new XElement(
        Svg + "svg",
        new XAttribute("viewBox", $"0 0 {Number(width)} {Number(height)}"),
        new XAttribute("width", Number(width)),
        new XAttribute("height", Number(height)),
        new XAttribute("role", "img"),
        new XAttribute("font-family", "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"),
        new XElement(Svg + "title", title));

    /// <summary>Room that a text takes at most, px.</summary>
    public static double WidthOf(string text, double size) => text.Sum(static letter => char.IsAsciiLetterUpper(letter) ? CapitalWidth : LetterWidth) * size;

    public void Rectangle(Area area, string fill, double radius = 0) => _root.Add(new XElement(
        Svg + "rect",
        new XAttribute("x", Number(area.X)),
        new XAttribute("y", Number(area.Y)),
        new XAttribute("width", Number(area.Width)),
        new XAttribute("height", Number(area.Height)),
        radius > 0 ? new XAttribute("rx", Number(radius)) : null,
        new XAttribute("fill", fill)));

    /// <summary>Text on a line.</summary>
    /// <param name="x">Its left end, middle or right end, as <paramref name="anchor"/> says: <c>start</c>, <c>middle</c>, <c>end</c>.</param>
    /// <param name="y">The line.</param>
    /// <param name="text">The text.</param>
    /// <param name="size">Of the letters, px.</param>
    /// <param name="fill">Colour.</param>
    /// <param name="anchor">What stands at <paramref name="x"/>.</param>
    /// <param name="isBold">Whether the letters are bold.</param>
    public void Text(double x, double y, string text, double size, string fill, string anchor = "start", bool isBold = false) => _root.Add(new XElement(
        Svg + "text",
        new XAttribute("x", Number(x)),
        new XAttribute("y", Number(y)),
        new XAttribute("font-size", Number(size)),
        new XAttribute("fill", fill),
        anchor == "start" ? null : new XAttribute("text-anchor", anchor),
        isBold ? new XAttribute("font-weight", 600) : null,
        text));

    /// <summary>A line through points.</summary>
    public void Line(IReadOnlyList<(double X, double Y)> points, string stroke, double width) => _root.Add(new XElement(
        Svg + "path",
        new XAttribute("d", Through(points)),
        new XAttribute("fill", "none"),
        new XAttribute("stroke", stroke),
        new XAttribute("stroke-width", Number(width)),
        new XAttribute("stroke-linejoin", "round")));

    /// <summary>An area between points.</summary>
    public void Polygon(IReadOnlyList<(double X, double Y)> points, string fill, double opacity) => _root.Add(new XElement(
        Svg + "path",
        new XAttribute("d", Through(points) + "Z"),
        new XAttribute("fill", fill),
        new XAttribute("fill-opacity", Number(opacity))));

    /// <summary>The file's text.</summary>
    public string Render() => _root + "\n";

    // Points in the middle of a level line are left out: most lines are level most of the time.
    private static string Through(IReadOnlyList<(double X, double Y)> points) => "M" + string.Join('L', points
        .Where((point, index) => index == 0 || index == points.Count - 1 || Number(points[index - 1].Y) != Number(point.Y) || Number(points[index + 1].Y) != Number(point.Y))
        .Select(static point => $"{Number(point.X)} {Number(point.Y)}"));

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
