namespace DashboardPicture.Drawing;

/// <summary>A vertical axis that begins at 0.</summary>
/// <param name="Top">Value at its upper end, in the panel's unit.</param>
/// <param name="Ticks">Values with a line and a label.</param>
/// <param name="Scale">How they are printed.</param>
internal sealed record Axis(double Top, IReadOnlyList<double> Ticks, Scale Scale)
{
    private const int Intervals = 4; // Five labels, some 30 px apart.

    private static readonly double[] RoundSteps = [1, 2, 2.5, 5, 10];

    /// <summary>The labels, from the bottom up.</summary>
    public IEnumerable<string> Labels => Ticks.Select(tick => Scale.Print(tick));

    /// <summary>An axis with round numbers.</summary>
    /// <param name="unit">Grafana's name of the unit.</param>
    /// <param name="largest">What must have room below its end.</param>
    /// <param name="max">Its end, when that is given.</param>
    public static Axis For(string unit, double largest, double? max)
    {
        var end = max ?? (largest > 0 ? largest : 1);
        var scale = Scale.For(unit, end);
        var least = end * scale.Factor / Intervals;
        var magnitude = Math.Pow(10, Math.Floor(Math.Log10(least)));
        // A little less than the least is enough: 0.1 + 0.2 must not lead to a larger step.
        var step = RoundSteps.First(round => round * magnitude >= least * 0.999) * magnitude / scale.Factor;
        var top = max ?? Math.Ceiling((end / step) - 0.001) * step;
        return new Axis(top, [.. Enumerable.Range(0, (int)Math.Floor((top / step) + 0.001) + 1).Select(tick => tick * step)], scale);
    }

    /// <summary>The vertical place of a value; what is beyond the end stays there.</summary>
    public double Place(double value, Area plot) => plot.Bottom - (Math.Clamp(value / Top, 0, 1) * plot.Height);
}
