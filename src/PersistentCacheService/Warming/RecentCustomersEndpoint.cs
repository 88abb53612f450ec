using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace PersistentCacheService.Warming;

/// <summary>
/// Tells the command <c>warm --recent</c> on the same machine which customers events named. Ids stay on this machine: others get 404, and so does what a proxy
/// on this machine passes on.
/// </summary>
internal static class RecentCustomersEndpoint
{
    /// <summary>Where it is.</summary>
    public const string Path = "/customers/recent";

    private const int LinesPerWrite = 1000;

    /// <summary>Maps it.</summary>
    public static void MapRecentCustomers(this IEndpointRouteBuilder endpoints, SeenCustomers seen) =>
        endpoints.MapMethods(Path, [HttpMethods.Get], (RequestDelegate)(context => AnswerAsync(context, seen)));

    /// <summary>Answers a request.</summary>
    internal static async Task AnswerAsync(HttpContext context, SeenCustomers seen)
    {
        if (!IsLocal(context))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        foreach (var together in seen.Named(within: null).Chunk(LinesPerWrite))
        {
            var lines = string.Concat(together.Select(static customer => CustomerLine.Write(customer) + "\n"));
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(lines), context.RequestAborted);
        }
    }

    /// <summary>Both ends are: a proxy can have a loopback address and be asked from anywhere, but then it asks at another address, or says for whom it asks.</summary>
    private static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote)
        && context.Connection.LocalIpAddress is { } local && IPAddress.IsLoopback(local)
        && !context.Request.Headers.ContainsKey("Forwarded") && !context.Request.Headers.ContainsKey("X-Forwarded-For");
}
