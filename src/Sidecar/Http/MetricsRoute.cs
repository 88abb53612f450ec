using Prometheus;
using Sidecar.Observability;

namespace Sidecar.Http;

/// <summary>Serves <c>/metrics</c>, always in text format 0.0.4, complete before the first byte is sent.</summary>
internal static class MetricsRoute
{
    /// <summary>Maps the page.</summary>
    public static void Map(WebApplication app, SidecarMetrics metrics)
    {
        RequestDelegate serve = async context =>
        {
            using var page = new MemoryStream();
            await metrics.Registry.CollectAndExportAsTextAsync(page, context.RequestAborted);
            context.Response.ContentType = PrometheusConstants.TextContentType;
            context.Response.Headers.CacheControl = "no-store";
            context.Response.ContentLength = page.Length;
            await context.Response.Body.WriteAsync(page.GetBuffer().AsMemory(0, (int)page.Length), context.RequestAborted);
        };
        app.MapGet("/metrics", serve);
    }
}
