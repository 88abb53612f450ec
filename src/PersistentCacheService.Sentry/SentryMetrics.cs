using System.Diagnostics.Metrics;

namespace PersistentCacheService.Sentry;

/// <summary>Counts events by outcome: the only place where trouble with Sentry itself shows, besides one warning.</summary>
internal sealed class SentryMetrics : IDisposable
{
    private readonly Counter<long> _events;

    public SentryMetrics() => _events = Meter.CreateCounter<long>(
        SentryReporter.EventsMetricName,
        description: "Error events by what became of them.");

    public Meter Meter { get; } = new(SentryReporter.MeterName);

    public void Count(EventOutcome outcome, int events = 1) =>
        _events.Add(events, new KeyValuePair<string, object?>(SentryReporter.OutcomeLabel, EventOutcomeNames.NameOf(outcome)));

    public void Dispose() => Meter.Dispose();
}
