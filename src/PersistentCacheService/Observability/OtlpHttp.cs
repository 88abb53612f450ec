using EntitlementCache.Outbound;
using OpenTelemetry.Exporter;

namespace PersistentCacheService.Observability;

/// <summary>HTTP of the exporters, by our rules of going out.</summary>
internal static class OtlpHttp
{
    /// <summary>A client with the exporter's deadline.</summary>
    public static HttpClient CreateClient(OtlpExporterOptions options)
    {
        var timeout = TimeSpan.FromMilliseconds(options.TimeoutMilliseconds);
        return new HttpClient(OutgoingHttp.CreateHandler(timeout)) { Timeout = timeout };
    }
}
