namespace DashboardPicture.Drawing;

/// <summary>Series that lie one upon the other.</summary>
internal static class Stack
{
    /// <summary>The areas of the series, in their order. A series without a value counts as 0; where none has one there is a gap.</summary>
    public static IEnumerable<(string Colour, IReadOnlyList<(double X, double Y)> Area)> Areas(IReadOnlyList<Series> all, Area plot, Axis axis, RecordedDashboard recorded)
    {
        var sums = all.SelectMany(static series => series.Points).Select(static point => point.Second).Distinct().ToDictionary(static second => second, static _ => 0.0);
        for (var number = 0; number < all.Count; number++)
        {
            var values = all[number].Points.ToDictionary(static point => point.Second, static point => point.Value);
            foreach (var part in Gaps.Split(sums.Keys.Order(), static second => second, recorded.Step))
            {
                (double X, double Y) At(double second, double value) => (plot.Place(second, recorded.Seconds), axis.Place(value, plot));
                var lower = part.Select(second => At(second, sums[second])).ToArray();
                var upper = part.Select(second => At(second, sums[second] + values.GetValueOrDefault(second))).ToArray();
                if (part.Any(values.ContainsKey))
                {
                    yield return (Colours.OfLine(number), [.. upper, .. lower.Reverse()]);
                }
            }

            foreach (var (second, value) in values)
            {
                sums[second] += value;
            }
        }
    }
}
