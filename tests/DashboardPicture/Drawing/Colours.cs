namespace DashboardPicture.Drawing;

/// <summary>The colours of the picture. It has a background of its own, so that it looks the same on a light and on a dark page.</summary>
internal static class Colours
{
    public const string Page = "#eef0f3";
    public const string Card = "#ffffff";
    public const string Ink = "#1f2328";
    public const string Pale = "#57606a"; // Contrast 6 on the cards.
    public const string Grid = "#dfe3e8";
    public const string OnTile = "#ffffff";

    private static readonly string[] Lines = ["#2f72d6", "#d2691e", "#2e8b57", "#b0307a", "#7b5fc0", "#8a6d00", "#138a9c", "#6b7280"];

    /// <summary>The colour of a line by its number in the panel.</summary>
    public static string OfLine(int number) => Lines[number % Lines.Length];

    /// <summary>A colour of Grafana's by name, dark enough for white letters.</summary>
    /// <exception cref="ArgumentException">The dashboard uses one that is new here.</exception>
    public static string OfThreshold(string name) => name switch
    {
        "green" => "#2c8a4b",
        "orange" => "#c26a00",
        "red" => "#c93038",
        _ => throw new ArgumentException($"Nobody knows the colour '{name}'.", nameof(name)),
    };
}
