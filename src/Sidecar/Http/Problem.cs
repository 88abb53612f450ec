using System.Text.Json;
using Grpc.Core;

namespace Sidecar.Http;

/// <summary>Errors of HTTP/JSON calls: problem details (RFC 9457) with the gRPC status beside.</summary>
internal static class Problem
{
    /// <summary>Answers a call with its failure.</summary>
    public static async Task WriteAsync(HttpContext context, StatusCode code, string detail)
    {
        var status = HttpStatusOf(code);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("title", code.ToString());
        json.WriteNumber("status", status);
        json.WriteString("detail", detail);
        json.WriteString("grpcStatus", code.ToString());
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    private static int HttpStatusOf(StatusCode code) => code switch
    {
        StatusCode.InvalidArgument => StatusCodes.Status400BadRequest,
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        StatusCode.NotFound => StatusCodes.Status404NotFound,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };
}
