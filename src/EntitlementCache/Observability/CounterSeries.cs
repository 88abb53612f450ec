using Prometheus;

namespace EntitlementCache.Observability;

/// <summary>A counter's series, looked up once: adding to one neither waits nor allocates.</summary>
/// <param name="series">All series, in the order of <see cref="Definitions.InstrumentDefinition.Series"/>.</param>
/// <param name="lastLabelValues">How many values the last label has.</param>
internal sealed class CounterSeries(Counter.Child[] series, int lastLabelValues)
{
    /// <summary>Adds to the series of a label's value.</summary>
    /// <param name="count">How many.</param>
    /// <param name="position">Position of the value; 0 where there is no label.</param>
    public void Add(long count, int position = 0) => series[position].Inc(count);

    /// <summary>Adds to the series of two labels' values.</summary>
    /// <param name="count">How many.</param>
    /// <param name="first">Position of the first label's value.</param>
    /// <param name="last">Position of the last label's value.</param>
    public void Add(long count, int first, int last) => series[(first * lastLabelValues) + last].Inc(count);

    /// <summary>What has been counted since the start in the series of a label's value.</summary>
    /// <param name="position">Position of the value; 0 where there is no label.</param>
    public double Total(int position = 0) => series[position].Value;

    /// <summary>What has been counted since the start in the series of the last label's value, whatever the first is.</summary>
    /// <param name="last">Position of the last label's value.</param>
    public double TotalOfLast(int last)
    {
        var total = 0.0;
        for (var position = last; position < series.Length; position += lastLabelValues)
        {
            total += series[position].Value;
        }

        return total;
    }

    /// <summary>What has been counted since the start in the series from a position on.</summary>
    public double TotalFrom(int position) => series.Skip(position).Sum(static one => one.Value);
}
