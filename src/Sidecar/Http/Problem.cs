using System.Text.Json;
using Grpc.Core;

namespace Sidecar.Http;

/// <summary>Errors of HTTP/JSON calls: problem details (RFC 9457) with the gRPC status beside.</summary>
internal static class Problem
{
    /// <summary>Answers a call with its failure.</summary>
    public static Task WriteAsync(HttpContext context, StatusCode code, string detail) => WriteAsync(context, HttpStatusOf(code), code, detail);

    /// <summary>Answers a call with its failure and an HTTP status that gRPC has no word for.</summary>
    public static async Task WriteAsync(HttpContext context, int status, StatusCode code, string detail)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("type", "about:blank");
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
        StatusCode.Unimplemented => StatusCodes.Status404NotFound,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };
}
