using System.Diagnostics.Metrics;

namespace PersistentCacheService.Prometheus;

/// <summary>
/// Counts what the exposition itself had to leave out, as a metric of the same page; nothing here ever throws into the service.
/// Plain counts that are observed at the scrape: a measurement made while a measurement is refused could recurse.
/// </summary>
internal sealed class ExpositionProblems : IDisposable
{
    /// <summary>Values of the label, in the order of <see cref="Problem"/>.</summary>
    public static readonly IReadOnlyList<string> Names = ["callback_failed", "instrument_conflict", "invalid_label", "invalid_value", "series_limit"];

    private readonly long[] _counts = new long[Names.Count];

    public ExpositionProblems()
    {
        Meter = new Meter("metrics-exposition");
        Meter.CreateObservableCounter(PrometheusRegistry.ProblemsName, Observe, PrometheusRegistry.ProblemsUnit, PrometheusRegistry.ProblemsMeaning);
    }

    private enum Problem
    {
        CallbackFailed,
        InstrumentConflict,
        InvalidLabel,
        InvalidValue,
        SeriesLimit,
    }

    /// <summary>The meter of this one counter; its registry listens to it whatever else it includes.</summary>
    public Meter Meter { get; }

    /// <summary>An observable instrument's callback threw: its series are missing from one page. Shown on the next.</summary>
    public void CallbackFailed(int count) => Interlocked.Add(ref _counts[(int)Problem.CallbackFailed], count);

    /// <summary>An instrument has the name of another one of a different type: the second is not shown.</summary>
    public void InstrumentConflict() => Interlocked.Increment(ref _counts[(int)Problem.InstrumentConflict]);

    /// <summary>Label names that are not distinct, or the reserved <c>le</c>: the measurement is dropped.</summary>
    public void InvalidLabel() => Interlocked.Increment(ref _counts[(int)Problem.InvalidLabel]);

    /// <summary>A counter was asked to go down, or a sum got a NaN: the measurement is dropped.</summary>
    public void InvalidValue() => Interlocked.Increment(ref _counts[(int)Problem.InvalidValue]);

    /// <summary>An instrument has too many series: the measurement is dropped.</summary>
    public void SeriesLimit() => Interlocked.Increment(ref _counts[(int)Problem.SeriesLimit]);

    public void Dispose() => Meter.Dispose();

    private IEnumerable<Measurement<long>> Observe() =>
        Names.Select((name, i) => new Measurement<long>(Volatile.Read(ref _counts[i]), new KeyValuePair<string, object?>("problem", name)));
}
