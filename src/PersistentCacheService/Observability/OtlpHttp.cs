using EntitlementCache.Outbound;
using OpenTelemetry.Exporter;

namespace PersistentCacheService.Observability;

/// <summary>HTTP of the exporters, by our rules of going out.</summary>
internal static class OtlpHttp
{
    // OpenTelemetry Protocol Exporter: OTEL_EXPORTER_OTLP_TIMEOUT's default.
    private const int UsualTimeoutInMilliseconds = 10_000;

    /// <summary>A client with the exporter's deadline. One of 0, which no client takes, counts as not set.</summary>
    public static HttpClient CreateClient(OtlpExporterOptions options)
    {
        var timeout = TimeSpan.FromMilliseconds(options.TimeoutMilliseconds > 0 ? options.TimeoutMilliseconds : UsualTimeoutInMilliseconds);
        return new HttpClient(OutgoingHttp.CreateHandler(timeout)) { Timeout = timeout };
    }
}
