using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Trace;
using PersistentCacheService.Observability;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Tracing;

/// <summary>Pushes spans to an OpenTelemetry collector. A dead collector costs nothing but the spans.</summary>
internal static class SpanPush
{
    /// <summary>Adds the push to a host's services.</summary>
    public static void AddSpanPush(this IServiceCollection services, TracingSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton(provider => Create(OptionsOf(settings), provider));
        services.AddHostedService<SpanPushLifetime>();
    }

    /// <summary>The exporter's options: the general OTEL_ variables, which it reads itself, and those for traces, which it does not.</summary>
    private static OtlpExporterOptions OptionsOf(TracingSettings settings)
    {
        var options = new OtlpExporterOptions();
        options.Protocol = settings.Protocol ?? options.Protocol;
        options.Headers = settings.Headers?.Reveal() ?? options.Headers;
        options.TimeoutMilliseconds = settings.TimeoutInMilliseconds ?? options.TimeoutMilliseconds;
        if (settings.Endpoint is { } endpoint)
        {
            options.Endpoint = endpoint;
        }

        options.HttpClientFactory = () => OtlpHttp.CreateClient(options);
        return options;
    }

    // Which messages are traced is decided before they get a span: what there is is sent.
    private static TracerProvider Create(OtlpExporterOptions options, IServiceProvider services)
    {
        var metrics = services.GetRequiredService<ServiceMetrics>();
        var exporter = new SpanExporter(options, metrics, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<SpanExporter>>());
        return Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(ServiceResource.Describe)
            .AddSource(SpanSource.Name)
            .SetSampler(new AlwaysOnSampler())
            .AddProcessor(new SpanQueue(exporter, SpanQueue.Fit(new BatchExportActivityProcessorOptions()), metrics))
            .Build();
    }
}
