using System.Diagnostics.Metrics;

namespace PersistentCacheService.Prometheus;

/// <summary>Counts what the exposition itself had to leave out, as a metric of the same page; nothing here ever throws into the service.</summary>
internal sealed class ExpositionProblems : IDisposable
{
    /// <summary>Name of the counter, label <c>problem</c>.</summary>
    public const string MetricName = "metrics_exposition_problems_total";

    private readonly Counter<long> _problems;

    public ExpositionProblems()
    {
        Meter = new Meter("metrics-exposition");
        _problems = Meter.CreateCounter<long>(
            MetricName,
            description: "What could not be shown on this page: failed callbacks, refused instruments and dropped measurements.");
    }

    /// <summary>The meter of this one counter; its registry listens to it whatever else it includes.</summary>
    public Meter Meter { get; }

    /// <summary>All values of the label.</summary>
    public static LabelValues Problems =>
        new("problem", "callback_failed", "instrument_conflict", "invalid_label", "invalid_value", "series_limit");

    /// <summary>An observable instrument's callback threw: its series are missing from one page.</summary>
    public void CallbackFailed(int count) => Count("callback_failed", count);

    /// <summary>An instrument has the name of another one of a different type: the second is not shown.</summary>
    public void InstrumentConflict() => Count("instrument_conflict");

    /// <summary>Label names that are not distinct, or the reserved <c>le</c>: the measurement is dropped.</summary>
    public void InvalidLabel() => Count("invalid_label");

    /// <summary>A counter was asked to go down, or a sum got a NaN: the measurement is dropped.</summary>
    public void InvalidValue() => Count("invalid_value");

    /// <summary>An instrument has too many series: the measurement is dropped.</summary>
    public void SeriesLimit() => Count("series_limit");

    public void Dispose() => Meter.Dispose();

    private void Count(string problem, int count = 1) => _problems.Add(count, new KeyValuePair<string, object?>("problem", problem));
}
