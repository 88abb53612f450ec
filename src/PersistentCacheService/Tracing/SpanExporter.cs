using System.Diagnostics;
using EntitlementCache.Observability;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using PersistentCacheService.Observability;

namespace PersistentCacheService.Tracing;

/// <summary>Sends spans in OpenTelemetry's own protocol, on a thread of its own, and counts what became of them.</summary>
/// <param name="options">Where to, and how.</param>
/// <param name="metrics">Counts.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Says when the collector takes none.</param>
internal sealed class SpanExporter(OtlpExporterOptions options, ServiceMetrics metrics, TimeProvider time, ILogger<SpanExporter> logger) : OtlpTraceExporter(options)
{
    private readonly string _collector = options.Endpoint.Authority;
    private readonly string _protocol = options.Protocol.ToString();
    private readonly LogBudget _repeats = new(TimeSpan.FromMinutes(1), time);

    /// <summary>Called with how many spans are done with, sent or not.</summary>
    public Action<int>? Done { get; set; }

    /// <inheritdoc/>
    public override ExportResult Export(in Batch<Activity> activityBatch)
    {
        var spans = (int)activityBatch.Count;
        var result = base.Export(activityBatch);
        metrics.SpansEnded(result == ExportResult.Success ? SpanResult.Exported : SpanResult.Failed, spans);
        if (result != ExportResult.Success && _repeats.MayPrint("", out var suppressed))
        {
            Log.SpansNotExported(logger, spans, _collector, _protocol, suppressed);
        }

        Done?.Invoke(spans);
        return result;
    }
}
