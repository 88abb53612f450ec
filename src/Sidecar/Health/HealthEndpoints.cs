using Sidecar.Settings;

namespace Sidecar.Health;

/// <summary>The probes: liveness is the process's own, readiness is <see cref="Readiness"/>.</summary>
internal static class HealthEndpoints
{
    /// <summary>Maps both to their configured paths.</summary>
    public static void Map(WebApplication app, ListenSettings settings, Readiness readiness)
    {
        RequestDelegate live = static context => AnswerAsync(context, isUp: true);
        RequestDelegate ready = context => AnswerAsync(context, readiness.IsReady);
        app.MapMethods("/" + settings.LivePath, [HttpMethods.Get, HttpMethods.Head], live);
        app.MapMethods("/" + settings.ReadyPath, [HttpMethods.Get, HttpMethods.Head], ready);
    }

    private static async Task AnswerAsync(HttpContext context, bool isUp)
    {
        var body = isUp ? "{\"status\":\"UP\"}"u8.ToArray() : "{\"status\":\"DOWN\"}"u8.ToArray();
        var response = context.Response;
        response.StatusCode = isUp ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        response.ContentType = "application/json; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}
