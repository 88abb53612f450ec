using System.Diagnostics.Metrics;
using Prometheus;

namespace EntitlementCache.Observability;

/// <summary>A histogram to record with; recording neither waits nor allocates.</summary>
/// <param name="shown">The page's.</param>
/// <param name="pushed">OpenTelemetry's; null when nothing is pushed. Unlike counts, a distribution cannot be read from the page later.</param>
internal sealed class HistogramSeries(Histogram.Child shown, Histogram<double>? pushed)
{
    /// <summary>How many values were recorded since the start.</summary>
    public long Count => shown.Count;

    /// <summary>Their sum, in the instrument's unit.</summary>
    public double Sum => shown.Sum;

    /// <summary>Records a value in the instrument's unit.</summary>
    public void Record(double value)
    {
        shown.Observe(value);
        pushed?.Record(value);
    }
}
