using EntitlementCache.Hosting;
using EntitlementCache.Observability;
using EntitlementCache.Outbound;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

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
        .ConfigureResource(static resource => resource.AddService(
            "persistent-cache-service", serviceVersion: BuildInfo.Version, autoGenerateServiceInstanceId: false, serviceInstanceId: Environment.MachineName))
        .AddMeter(Instruments.MeterName)
        .AddOtlpExporter(static options => options.HttpClientFactory = () =>
        {
            var timeout = TimeSpan.FromMilliseconds(options.TimeoutMilliseconds);
            return new HttpClient(OutgoingHttp.CreateHandler(timeout)) { Timeout = timeout };
        })
        .Build();
}
