using System.Globalization;

namespace DashboardPicture.Drawing;

/// <summary>A tile: the value at the end of the recording, and below it the colours it has had.</summary>
internal static class StatTile
{
    private const double Padding = 10;
    private const double ValueSize = 20;
    private const double StripHeight = 8;
    private const double SmallSize = 9;
    private const double WordSize = 8;

    public static void Draw(Canvas canvas, Area card, Panel panel, RecordedDashboard recorded)
    {
        var points = recorded.Panels[panel.Title].SelectMany(static series => series.Points).ToArray();
        canvas.Rectangle(card, Colours.Card, 4);
        canvas.Text(card.X + Padding, card.Y + 17, panel.Title, 12, Colours.Ink, isBold: true);
        var tile = new Area(card.X + Padding, card.Y + 24, card.Width - (2 * Padding), 28);
        var strip = tile with { Y = tile.Bottom + 3, Height = StripHeight };
        canvas.Rectangle(tile, points.Length > 0 ? ColourOf(panel, points[^1].Value) : Colours.Pale, 3);
        var text = points.Length > 0 ? Print(panel, points[^1].Value) : "no data";
        // The longest word must fit, too.
        var size = Math.Min(ValueSize, tile.Width / Canvas.WidthOf(text, 1.15));
        canvas.Text(tile.X + (tile.Width / 2), tile.Y + (tile.Height / 2) + (size * 0.36), text, size, Colours.OnTile, "middle", isBold: true);
        canvas.Rectangle(strip, Colours.Grid);
        foreach (var run in Gaps.Split(points, static point => point.Second, recorded.Step, (one, next) => ColourOf(panel, one.Value) == ColourOf(panel, next.Value)))
        {
            canvas.Rectangle(strip.Part(run[0].Second, run[^1].Second + recorded.Step, recorded.Seconds), ColourOf(panel, run[0].Value));
        }

        if (points.Length > 0)
        {
            Explain(canvas, panel, points, strip with { Y = strip.Bottom + 3 });
        }
    }

    /// <summary>A value as the tile shows it.</summary>
    public static string Print(Panel panel, double value)
    {
        var text = Scale.For("none", value).Print(value);
        return panel.Words.GetValueOrDefault(text) ?? Scale.For(panel.Unit, value).Print(value, panel.Decimals);
    }

    // A tile of words names all of them with their colours, one of numbers its extremes.
    private static void Explain(Canvas canvas, Panel panel, Point[] points, Area room)
    {
        if (panel.Words.Count == 0)
        {
            var (least, most) = (Print(panel, points.Min(static point => point.Value)), Print(panel, points.Max(static point => point.Value)));
            canvas.Text(room.X, room.Y + SmallSize, least == most ? $"always {least}" : $"from {least} to {most}", SmallSize, Colours.Pale);
            return;
        }

        var states = panel.Words.Select(word => (word.Value, ColourOf(panel, double.Parse(word.Key, CultureInfo.InvariantCulture))));
        Legend.Within(room.Width, WordSize, states).Draw(canvas, room.X, room.Y, Colours.Pale);
    }

    private static string ColourOf(Panel panel, double value) => Colours.OfThreshold(panel.Thresholds.Last(threshold => value >= threshold.From).Colour);
}
