using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;
using PersistentCacheService.Observability;

namespace PersistentCacheService.Tracing;

/// <summary>Holds finished spans until they are sent. Adding one never waits: what does not fit is dropped and counted.</summary>
internal sealed class SpanQueue : BatchActivityExportProcessor
{
    private readonly int _capacity;
    private readonly ServiceMetrics _metrics;
    private int _waiting;

    /// <summary>Creates an empty queue.</summary>
    /// <param name="exporter">Sends them.</param>
    /// <param name="options">The variables OTEL_BSP_*.</param>
    /// <param name="metrics">Counts the dropped ones.</param>
    public SpanQueue(SpanExporter exporter, BatchExportActivityProcessorOptions options, ServiceMetrics metrics)
        : base(exporter, options.MaxQueueSize, options.ScheduledDelayMilliseconds, options.ExporterTimeoutMilliseconds, Math.Min(options.MaxExportBatchSize, options.MaxQueueSize))
    {
        _capacity = options.MaxQueueSize;
        _metrics = metrics;
        exporter.Done = spans => Interlocked.Add(ref _waiting, -spans);
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
