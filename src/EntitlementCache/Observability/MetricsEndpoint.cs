using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace EntitlementCache.Observability;

/// <summary>
/// Serves the page to GET and HEAD, always in text format 0.0.4, which every Prometheus reads whatever else its Accept header prefers; gzip when the
/// client accepts it. The page is complete before the first byte is sent: a failure is a status code and never half a page.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "Streams in memory; it lives as long as the process.")]
internal sealed class MetricsEndpoint(MetricsPage page)
{
    /// <summary>The one format offered. Prometheus 3 refuses a scrape whose content type it does not know.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    // Twice a typical page. One scrape at a time is the rule: it reuses the buffers of the one before.
    private const int InitialCapacity = 64 * 1024;

    private MemoryStream? _plain = new(InitialCapacity);
    private MemoryStream? _compressed = new(InitialCapacity / 4);

    /// <summary>Maps the page.</summary>
    public void Map(IEndpointRouteBuilder endpoints, string pattern) =>
        endpoints.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)ServeAsync);

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

    private static MemoryStream Take(ref MemoryStream? kept)
    {
        var taken = Interlocked.Exchange(ref kept, null) ?? new MemoryStream(InitialCapacity);
        taken.SetLength(0);
        return taken;
    }

    private static async Task SendAsync(HttpContext context, MemoryStream body)
    {
        context.Response.ContentLength = body.Length;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        try
        {
            await context.Response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The scraper gave up waiting: it counts that itself, for us it is no error.
            context.Abort();
        }
    }

    private async Task ServeAsync(HttpContext context)
    {
        var plain = Take(ref _plain);
        await page.WriteAsync(plain, context.RequestAborted);

        var response = context.Response;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (AcceptsGzip(context.Request))
        {
            var compressed = Take(ref _compressed);
            await using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            {
                await gzip.WriteAsync(plain.GetBuffer().AsMemory(0, (int)plain.Length), context.RequestAborted);
            }

            response.Headers.ContentEncoding = "gzip";
            await SendAsync(context, compressed);
            _compressed = compressed;
        }
        else
        {
            await SendAsync(context, plain);
        }

        _plain = plain;
    }
}
