using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace PersistentCacheService.StatusPage;

/// <summary>The page, what it asks for again and again, and the runbooks it links to. All read-only, to GET and HEAD.</summary>
internal static class StatusEndpoints
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder endpoints, StatusDocument document)
    {
        var page = PageResource.Load();
        endpoints.MapMethods("/", Methods, (RequestDelegate)(context =>
        {
            context.Response.Headers.ContentSecurityPolicy = page.ContentSecurityPolicy;
            return AnswerAsync(context, "text/html; charset=utf-8", page.Content);
        }));
        endpoints.MapMethods("/status", Methods, (RequestDelegate)(context => AnswerAsync(context, "application/json; charset=utf-8", document.Write())));
        endpoints.MapMethods("/runbooks/{name}", Methods, (RequestDelegate)AnswerRunbookAsync);
    }

    private static Task AnswerRunbookAsync(HttpContext context)
    {
        if (context.Request.RouteValues["name"] is string name && Runbooks.Find(name) is { } runbook)
        {
            return AnswerAsync(context, "text/plain; charset=utf-8", runbook);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static async Task AnswerAsync(HttpContext context, string contentType, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}
