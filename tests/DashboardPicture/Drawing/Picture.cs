namespace DashboardPicture.Drawing;

/// <summary>The whole dashboard, as Grafana arranges it.</summary>
internal static class Picture
{
    private const double CellWidth = 60;
    private const double CellHeight = 25;
    private const double Columns = 24;
    private const double Margin = 8;
    private const double Gap = 8; // Between two panels.
    private const double LineHeight = 22;
    private const double TimelineTop = 56;

    /// <summary>Draws it.</summary>
    /// <param name="title">What stands above it.</param>
    /// <param name="panels">All panels, rows included.</param>
    /// <param name="recorded">Their data.</param>
    /// <returns>SVG.</returns>
    public static string Draw(string title, IReadOnlyList<Panel> panels, RecordedDashboard recorded)
    {
        var alerts = recorded.Annotations.Values.SelectMany(static series => series).ToArray();
        var top = TimelineTop + ((1 + alerts.Length) * LineHeight) + 6;
        var (width, height) = ((Columns * CellWidth) + (2 * Margin), top + (panels.Max(static panel => panel.Cells.Bottom) * CellHeight) + Margin);
        var canvas = new Canvas(width, height, title);
        canvas.Rectangle(new Area(0, 0, width, height), Colours.Page);
        canvas.Text(Margin + (Gap / 2), 30, title, 20, Colours.Ink, isBold: true);
        DrawTimeline(canvas, new Area(Margin + 250, TimelineTop, width - (2 * Margin) - 264, LineHeight - 4), recorded, alerts);
        foreach (var panel in panels)
        {
            var card = CardOf(panel.Cells, top);
            switch (panel.Type)
            {
                case "row":
                    canvas.Text(card.X, card.Bottom, panel.Title, 15, Colours.Ink, isBold: true);
                    break;
                case "stat":
                    StatTile.Draw(canvas, card, panel, recorded);
                    break;
                default:
                    TimeChart.Draw(canvas, card, panel, recorded);
                    break;
            }
        }

        return canvas.Render();
    }

    /// <summary>Where a panel is in the picture.</summary>
    /// <param name="cells">Its place in Grafana's grid.</param>
    /// <param name="top">Where the grid begins, px.</param>
    public static Area CardOf(Area cells, double top) => new(
        Margin + (cells.X * CellWidth) + (Gap / 2), top + (cells.Y * CellHeight) + (Gap / 2), (cells.Width * CellWidth) - Gap, (cells.Height * CellHeight) - Gap);

    // What was done, and below it what Grafana marks in every panel: alerts that fire, starts.
    private static void DrawTimeline(Canvas canvas, Area bar, RecordedDashboard recorded, Series[] annotations)
    {
        canvas.Text(Margin + (Gap / 2), bar.Y + 13, "What is done", 12, Colours.Pale);
        canvas.Rectangle(bar, Colours.Card);
        foreach (var incident in recorded.Incidents)
        {
            canvas.Rectangle(bar.Part(incident.From, incident.To, recorded.Seconds), incident.Colour);
            var text = $"{TimeSpan.FromSeconds(incident.From):m\\:ss} {incident.What}";
            canvas.Text(bar.Place(incident.From, recorded.Seconds) + 4, bar.Y + 13, text, 11.5, Colours.Ink);
        }

        for (var number = 0; number < annotations.Length; number++)
        {
            var line = bar with { Y = bar.Y + ((number + 1) * LineHeight) };
            canvas.Text(Margin + (Gap / 2), line.Y + 13, annotations[number].Name, 12, Colours.Pale);
            canvas.Rectangle(line, Colours.Card);
            foreach (var run in Gaps.Split(annotations[number].Points, static point => point.Second, recorded.Step))
            {
                canvas.Rectangle(line.Part(run[0].Second, run[^1].Second + recorded.Step, recorded.Seconds), Colours.OfThreshold("red"));
            }
        }
    }
}
