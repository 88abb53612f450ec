using EntitlementCache.Observability;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace PersistentCacheService.Observability;

/// <summary>Pushes the instruments behind <c>/metrics</c> to an OpenTelemetry collector too, in OpenTelemetry's own protocol.</summary>
internal static class MetricsPush
{
    /// <summary>
    /// Adds the push to a host's services. The endpoint and all else about it (protocol, headers, interval, deadline) come from the
    /// <c>OTEL_</c> variables, which the exporter reads itself. A dead collector costs nothing but the figures.
    /// </summary>
    public static void AddMetricsPush(this IServiceCollection services)
    {
        services.AddSingleton(static _ => new PushedMeter(Instruments.MeterName));
        services.AddSingleton(static _ => Create());
        services.AddHostedService<MetricsPushLifetime>();
    }

    private static MeterProvider Create() => Sdk.CreateMeterProviderBuilder()
        .ConfigureResource(ServiceResource.Describe)
        .AddMeter(Instruments.MeterName)
        .AddOtlpExporter(static (exporter, reader) =>
        {
            exporter.HttpClientFactory = () => OtlpHttp.CreateClient(exporter);

            // Of OTEL_METRIC_EXPORT_INTERVAL and _TIMEOUT; the reader throws at 0, and takes its defaults for null.
            var periodic = reader.PeriodicExportingMetricReaderOptions;
            periodic.ExportIntervalMilliseconds = Positive(periodic.ExportIntervalMilliseconds);
            periodic.ExportTimeoutMilliseconds = Positive(periodic.ExportTimeoutMilliseconds);
        })
        .Build();

    private static int? Positive(int? milliseconds) => milliseconds > 0 ? milliseconds : null;
}
