using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using PersistentCacheService.Prometheus.Exposition;

namespace PersistentCacheService.Prometheus;

/// <summary>Serves a registry over HTTP.</summary>
public static class MetricsEndpoint
{
    /// <summary>The one format offered. Prometheus 3 refuses a scrape whose content type it does not know.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    // A typical page of this service, so that one rent is enough.
    private const int TypicalPageSize = 64 * 1024;

    /// <summary>
    /// Maps GET and HEAD of the page. The answer is always text format 0.0.4, which every Prometheus reads whatever else its
    /// Accept header prefers; gzip when the client accepts it. The page is complete before the first byte is sent, so that a
    /// failure is a status code and never half a page.
    /// </summary>
    /// <param name="endpoints">Where to map it.</param>
    /// <param name="pattern">The path, e.g. <c>/metrics</c>.</param>
    /// <param name="registry">What to show.</param>
    public static IEndpointConventionBuilder MapMetrics(this IEndpointRouteBuilder endpoints, string pattern, PrometheusRegistry registry) =>
        endpoints.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], context => ServeAsync(context, registry));

    private static async Task ServeAsync(HttpContext context, PrometheusRegistry registry)
    {
        using var page = new PooledBuffer(TypicalPageSize);
        registry.Write(page);

        var response = context.Response;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (AcceptsGzip(context.Request))
        {
            using var compressed = Compress(page.Written.Span);
            response.Headers.ContentEncoding = "gzip";
            await SendAsync(context, compressed.Written);
        }
        else
        {
            await SendAsync(context, page.Written);
        }
    }

    private static async Task SendAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        context.Response.ContentLength = body.Length;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        try
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The scraper gave up waiting: it counts that itself, for us it is no error.
            context.Abort();
        }
    }

    private static bool AcceptsGzip(HttpRequest request)
    {
        if (!StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var codings))
        {
            return false;
        }

        // An explicit gzip decides; "*" speaks for it only when it is not named.
        var named = codings.FirstOrDefault(coding => coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase));
        var decisive = named ?? codings.FirstOrDefault(coding => coding.Value.Equals("*", StringComparison.Ordinal));
        return decisive is not null && decisive.Quality is null or > 0;
    }

    private static PooledBuffer Compress(ReadOnlySpan<byte> page)
    {
        var compressed = new PooledBuffer(page.Length / 4);
        using var gzip = new GZipStream(new BufferStream(compressed), CompressionLevel.Fastest);
        gzip.Write(page);
        return compressed;
    }
}
