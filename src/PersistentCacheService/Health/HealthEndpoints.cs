using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PersistentCacheService.Queue;

namespace PersistentCacheService.Health;

/// <summary>The probes of the original: same paths, same members in the same order, further members after them.</summary>
internal static class HealthEndpoints
{
    /// <summary>Maps <c>/livez</c> and <c>/readyz</c>.</summary>
    /// <param name="endpoints">Where to.</param>
    /// <param name="board">Liveness: every consumer loop sent a heartbeat recently. Never Redis or SQS: restarting the process repairs neither.</param>
    /// <param name="readiness">Readiness.</param>
    public static void MapHealth(this IEndpointRouteBuilder endpoints, ConsumerBoard board, Readiness readiness)
    {
        // Load balancers and monitors ask with HEAD, too.
        string[] methods = [HttpMethods.Get, HttpMethods.Head];
        endpoints.MapMethods("/livez", methods, (RequestDelegate)(context => AnswerAsync(context, board)));
        endpoints.MapMethods("/readyz", methods, (RequestDelegate)(context => AnswerAsync(context, readiness.Report())));
    }

    private static Task AnswerAsync(HttpContext context, ConsumerBoard board)
    {
        var silence = board.LongestSilenceNow;
        var isAlive = silence < board.LongestSilence;
        return AnswerAsync(context, isAlive, json =>
        {
            if (!isAlive)
            {
                json.WriteString("reason"u8, $"a consumer sent no heartbeat for {silence.TotalSeconds:0} s");
            }
        });
    }

    private static Task AnswerAsync(HttpContext context, ReadinessReport report) => AnswerAsync(context, report.IsReady, json =>
    {
        json.WriteNumber("consumers"u8, report.Consumers);
        json.WriteString("redis"u8, report.IsRedisConnected ? "CONNECTED"u8 : "DISCONNECTED"u8);
        json.WriteString("queue"u8, report.IsQueueUsable ? "CONNECTED"u8 : "DISCONNECTED"u8);
        json.WriteString("edgeApi"u8, report.EdgeApi);
        if (report.Reason is { } reason)
        {
            json.WriteString("reason"u8, reason);
        }
    });

    private static async Task AnswerAsync(HttpContext context, bool isUp, Action<Utf8JsonWriter> writeMembers)
    {
        var body = new ArrayBufferWriter<byte>(128);
        await using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("status"u8, isUp ? "UP"u8 : "DOWN"u8);
            writeMembers(json);
            json.WriteEndObject();
        }

        var response = context.Response;
        response.StatusCode = isUp ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        response.ContentType = "application/json; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.ContentLength = body.WrittenCount;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        await response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }
}
