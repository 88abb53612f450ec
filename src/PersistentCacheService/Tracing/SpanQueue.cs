using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;
using PersistentCacheService.Observability;

namespace PersistentCacheService.Tracing;

/// <summary>Holds finished spans until they are sent. Adding one never waits: what does not fit is dropped and counted.</summary>
internal sealed class SpanQueue : BatchActivityExportProcessor
{
    // Of spans: about 100 MB. The library allocates a place for each at the start.
    private const int LargestCapacity = 65_536;

    // Milliseconds; the exporter's thread wakes up so often, spans or not.
    private const int ShortestDelay = 100;

    private readonly int _capacity;
    private readonly ServiceMetrics _metrics;
    private int _waiting;

    /// <summary>Creates an empty queue.</summary>
    /// <param name="exporter">Sends them.</param>
    /// <param name="options">The variables OTEL_BSP_*, see <see cref="Fit"/>.</param>
    /// <param name="metrics">Counts the dropped ones.</param>
    public SpanQueue(SpanExporter exporter, BatchExportActivityProcessorOptions options, ServiceMetrics metrics)
        : base(exporter, options.MaxQueueSize, options.ScheduledDelayMilliseconds, options.ExporterTimeoutMilliseconds, options.MaxExportBatchSize)
    {
        _capacity = options.MaxQueueSize;
        _metrics = metrics;
        exporter.Done = spans => Interlocked.Add(ref _waiting, -spans);
    }

    /// <summary>The nearest options that the library takes: it throws at others, and tracing must not keep the worker from its start.</summary>
    /// <param name="given">The variables OTEL_BSP_*, any numbers.</param>
    public static BatchExportActivityProcessorOptions Fit(BatchExportActivityProcessorOptions given)
    {
        var capacity = Math.Clamp(given.MaxQueueSize, 1, LargestCapacity);
        return new BatchExportActivityProcessorOptions
        {
            MaxQueueSize = capacity,
            MaxExportBatchSize = Math.Clamp(given.MaxExportBatchSize, 1, capacity),
            ScheduledDelayMilliseconds = Math.Max(given.ScheduledDelayMilliseconds, ShortestDelay),
            ExporterTimeoutMilliseconds = Math.Max(given.ExporterTimeoutMilliseconds, 0),
        };
    }

    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        if (Interlocked.Increment(ref _waiting) > _capacity)
        {
            Interlocked.Decrement(ref _waiting);
            _metrics.SpansEnded(SpanResult.Dropped, 1);
            return;
        }

        base.OnEnd(data);
    }
}
