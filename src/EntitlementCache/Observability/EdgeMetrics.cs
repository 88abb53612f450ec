using EntitlementCache.EdgeApi;

namespace EntitlementCache.Observability;

/// <summary>Measures the calls to the Edge API.</summary>
internal sealed class EdgeMetrics(MetricsPage page)
{
    private readonly CounterSeries _calls = SharedInstruments.EdgeCalls.Create(page);
    private readonly HistogramSeries _duration = SharedInstruments.EdgeCallDuration.Create(page);

    /// <summary>A call ended.</summary>
    public void Called(EdgeResult result, TimeSpan duration)
    {
        _calls.Add(1, (int)result);
        _duration.Record(duration.TotalSeconds);
    }

    /// <summary>Calls since the start that brought an answer, and those that failed.</summary>
    public (double Answered, double Failed) Totals
    {
        get
        {
            var answered = _calls.Total((int)EdgeResult.Ok) + _calls.Total((int)EdgeResult.NotFound);
            return (answered, _calls.TotalFrom(0) - answered);
        }
    }
}
