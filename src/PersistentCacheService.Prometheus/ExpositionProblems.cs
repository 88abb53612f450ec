using System.Diagnostics.Metrics;

namespace PersistentCacheService.Prometheus;

/// <summary>
/// Counts what the exposition itself had to leave out, as a metric of the same page; nothing here ever throws into the service.
/// Plain counts that are observed at the scrape: a measurement made while a measurement is refused could recurse.
/// </summary>
internal sealed class ExpositionProblems : IDisposable
{
    /// <summary>Values of the label, in the order of the counts.</summary>
    public static readonly string[] Names = ["callback_failed", "instrument_conflict", "invalid_label", "invalid_value", "series_limit"];

    private readonly long[] _counts = new long[Names.Length];

    public ExpositionProblems()
    {
        Meter = new Meter("metrics-exposition");
        Meter.CreateObservableCounter(PrometheusRegistry.ProblemsName, Observe, PrometheusRegistry.ProblemsUnit, PrometheusRegistry.ProblemsMeaning);
    }

    /// <summary>The meter of this one counter; its registry listens to it whatever else it includes.</summary>
    public Meter Meter { get; }

    /// <summary>An observable instrument's callback threw: its series are missing from one page. Shown on the next.</summary>
    public void CallbackFailed(int count) => Interlocked.Add(ref _counts[0], count);

    /// <summary>An instrument has the name of another one of a different type: the second is not shown.</summary>
    public void InstrumentConflict() => Interlocked.Increment(ref _counts[1]);

    /// <summary>Label names that are not distinct, or the reserved <c>le</c>: the measurement is dropped.</summary>
    public void InvalidLabel() => Interlocked.Increment(ref _counts[2]);

    /// <summary>A counter was asked to go down, or a sum got a NaN: the measurement is dropped.</summary>
    public void InvalidValue() => Interlocked.Increment(ref _counts[3]);

    /// <summary>An instrument has too many series: the measurement is dropped.</summary>
    public void SeriesLimit() => Interlocked.Increment(ref _counts[4]);

    public void Dispose() => Meter.Dispose();

    private IEnumerable<Measurement<long>> Observe() =>
        Names.Select((name, i) => new Measurement<long>(Volatile.Read(ref _counts[i]), new KeyValuePair<string, object?>("problem", name)));
}
