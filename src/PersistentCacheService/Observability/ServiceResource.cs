using EntitlementCache.Hosting;
using OpenTelemetry.Resources;

namespace PersistentCacheService.Observability;

/// <summary>Who pushes metrics and spans.</summary>
internal static class ServiceResource
{
    /// <summary>Names the service. OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last, so that they win.</summary>
    public static void Describe(ResourceBuilder resource) => resource
        .AddService("persistent-cache-service", serviceVersion: BuildInfo.Version, autoGenerateServiceInstanceId: false, serviceInstanceId: Environment.MachineName)
        .AddEnvironmentVariableDetector();
}
