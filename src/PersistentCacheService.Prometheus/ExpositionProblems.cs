using System.Diagnostics.Metrics;

namespace PersistentCacheService.Prometheus;

/// <summary>
/// Counts what the exposition itself had to leave out, as a metric of the same page; nothing here ever throws into the service.
/// Plain counts that are observed at the scrape: a measurement made while a measurement is refused could recurse.
/// </summary>
internal sealed class ExpositionProblems : IDisposable
{
    /// <summary>Name of the counter, label <c>problem</c>.</summary>
    public const string MetricName = "metrics_exposition_problems_total";

    private long _callbackFailed;
    private long _instrumentConflict;
    private long _invalidLabel;
    private long _invalidValue;
    private long _seriesLimit;

    public ExpositionProblems()
    {
        Meter = new Meter("metrics-exposition");
        Meter.CreateObservableCounter(
            MetricName,
            Observe,
            description: "What could not be shown on this page: failed callbacks, refused instruments and dropped measurements.");
    }

    /// <summary>The meter of this one counter; its registry listens to it whatever else it includes.</summary>
    public Meter Meter { get; }

    /// <summary>An observable instrument's callback threw: its series are missing from one page. Shown on the next.</summary>
    public void CallbackFailed(int count) => Interlocked.Add(ref _callbackFailed, count);

    /// <summary>An instrument has the name of another one of a different type: the second is not shown.</summary>
    public void InstrumentConflict() => Interlocked.Increment(ref _instrumentConflict);

    /// <summary>Label names that are not distinct, or the reserved <c>le</c>: the measurement is dropped.</summary>
    public void InvalidLabel() => Interlocked.Increment(ref _invalidLabel);

    /// <summary>A counter was asked to go down, or a sum got a NaN: the measurement is dropped.</summary>
    public void InvalidValue() => Interlocked.Increment(ref _invalidValue);

    /// <summary>An instrument has too many series: the measurement is dropped.</summary>
    public void SeriesLimit() => Interlocked.Increment(ref _seriesLimit);

    public void Dispose() => Meter.Dispose();

    private Measurement<long>[] Observe() =>
    [
        Of("callback_failed", ref _callbackFailed),
        Of("instrument_conflict", ref _instrumentConflict),
        Of("invalid_label", ref _invalidLabel),
        Of("invalid_value", ref _invalidValue),
        Of("series_limit", ref _seriesLimit),
    ];

    private static Measurement<long> Of(string problem, ref long count) =>
        new(Volatile.Read(ref count), new KeyValuePair<string, object?>("problem", problem));
}
