using System.Globalization;

namespace DashboardPicture.Drawing;

/// <summary>A panel of lines over time, with its legend below.</summary>
internal static class TimeChart
{
    private const double Padding = 10;
    private const double LabelSize = 10;
    private const double LegendSize = 10.5;
    private const double LegendMargin = 4;
    private const double MinuteLabels = 16;

    public static void Draw(Canvas canvas, Area card, Panel panel, RecordedDashboard recorded)
    {
        var all = recorded.Panels[panel.Title];
        var other = all.Select(series => panel.OtherUnits.GetValueOrDefault(series.Name)).FirstOrDefault(static unit => unit is not null);
        bool IsRight(Series series) => panel.OtherUnits.ContainsKey(series.Name);
        var left = Axis.For(panel.Unit, Largest([.. all.Where(series => !IsRight(series))], panel.IsStacked), panel.Max);
        var right = other is null ? null : Axis.For(other, Largest([.. all.Where(IsRight)], isStacked: false), max: null);

        var names = all.Select(series => IsRight(series) ? $"{series.Name} (right)" : series.Name);
        var legend = Legend.Within(card.Width - (2 * Padding), LegendSize, names.Select(static (name, number) => (name, Colours.OfLine(number))));
        var plot = Plot(card, left, right, legend);

        canvas.Rectangle(card, Colours.Card, 4);
        canvas.Text(card.X + Padding, card.Y + 18, panel.Title, 12.5, Colours.Ink, isBold: true);
        DrawGrid(canvas, plot, left, right, recorded);
        if (panel.IsStacked)
        {
            foreach (var (colour, area) in Stack.Areas(all, plot, left, recorded))
            {
                canvas.Polygon(area, colour, 0.75);
            }
        }
        else
        {
            for (var number = 0; number < all.Count; number++)
            {
                var axis = IsRight(all[number]) ? right! : left;
                foreach (var run in Gaps.Split(all[number].Points, static point => point.Second, recorded.Step))
                {
                    // A single point is drawn as long as a step.
                    var points = run.Count > 1 ? run : [run[0], run[0] with { Second = run[0].Second + recorded.Step }];
                    canvas.Line([.. points.Select(point => (plot.Place(point.Second, recorded.Seconds), axis.Place(point.Value, plot)))], Colours.OfLine(number), 1.6);
                }
            }
        }

        if (!all.Any(static series => series.Points.Count > 0))
        {
            canvas.Text(plot.X + (plot.Width / 2), plot.Y + (plot.Height / 2) + 5, "no data", 13, Colours.Pale, "middle");
        }

        legend.Draw(canvas, card.X + Padding, card.Bottom - legend.Height - LegendMargin, Colours.Ink);
    }

    private static double Largest(IReadOnlyList<Series> series, bool isStacked)
    {
        var points = series.SelectMany(static one => one.Points);
        return isStacked
            ? points.GroupBy(static point => point.Second).Select(static moment => moment.Sum(static point => point.Value)).DefaultIfEmpty().Max()
            : points.Select(static point => point.Value).DefaultIfEmpty().Max();
    }

    private static Area Plot(Area card, Axis left, Axis? right, Legend legend)
    {
        static double Room(Axis axis) => axis.Labels.Max(static label => Canvas.WidthOf(label, LabelSize)) + 6;
        var (x, y) = (card.X + Padding + Room(left), card.Y + 30);
        var end = card.Right - Padding - (right is null ? 4 : Room(right));
        return new Area(x, y, end - x, card.Bottom - y - MinuteLabels - legend.Height - (2 * LegendMargin));
    }

    private static void DrawGrid(Canvas canvas, Area plot, Axis left, Axis? right, RecordedDashboard recorded)
    {
        foreach (var incident in recorded.Incidents)
        {
            canvas.Rectangle(plot.Part(incident.From, incident.To, recorded.Seconds), incident.Colour);
        }

        foreach (var (tick, label) in left.Ticks.Zip(left.Labels))
        {
            var y = left.Place(tick, plot);
            canvas.Line([(plot.X, y), (plot.Right, y)], Colours.Grid, 1);
            canvas.Text(plot.X - 5, y + 3.5, label, LabelSize, Colours.Pale, "end");
        }

        foreach (var (tick, label) in right is null ? [] : right.Ticks.Zip(right.Labels))
        {
            canvas.Text(plot.Right + 5, right!.Place(tick, plot) + 3.5, label, LabelSize, Colours.Pale);
        }

        for (var minute = 0; minute * 60 <= recorded.Seconds; minute++)
        {
            var label = string.Create(CultureInfo.InvariantCulture, $"{minute}:00");
            canvas.Text(plot.Place(minute * 60, recorded.Seconds), plot.Bottom + 13, label, LabelSize, Colours.Pale, "middle");
        }
    }
}
