using System.Globalization;
using System.Text.Json;

namespace TestKit.EdgeApi;

/// <summary>How the <see cref="FakeEdgeApi"/> answers a call: what a real server would, or one of the ways servers fail.</summary>
public sealed record EdgeAnswer
{
    /// <summary>The stored state of the customer, 404 when there is none.</summary>
    public static readonly EdgeAnswer Normal = new();

    /// <summary>404.</summary>
    public static readonly EdgeAnswer NotFound = Error(404, "NotFound", "customer was not found");

    /// <summary>401: the API key is wrong or revoked.</summary>
    public static readonly EdgeAnswer Unauthorized = Error(401, "Unauthenticated", "invalid API key");

    /// <summary>403.</summary>
    public static readonly EdgeAnswer Forbidden = Error(403, "Forbidden", "not allowed");

    /// <summary>The request is read, an answer never comes.</summary>
    public static readonly EdgeAnswer Hang = new() { Ending = EdgeEnding.Hang };

    /// <summary>The head of a 200 and half of the body come, then nothing more.</summary>
    public static readonly EdgeAnswer HangInBody = new() { Ending = EdgeEnding.HangInBody };

    /// <summary>The connection is reset instead of an answer.</summary>
    public static readonly EdgeAnswer Reset = new() { Ending = EdgeEnding.Reset };

    /// <summary>The connection is reset in the middle of the body.</summary>
    public static readonly EdgeAnswer CutInBody = new() { Ending = EdgeEnding.CutInBody };

    /// <summary>200 without a body.</summary>
    public static readonly EdgeAnswer Empty = new() { Status = 200, Body = "" };

    /// <summary>200 with a body that is not JSON.</summary>
    public static readonly EdgeAnswer Garbage = new() { Status = 200, Body = "<html>maintenance</html>", ContentType = "text/html" };

    /// <summary>HTTP status; null: that of the normal answer.</summary>
    public int? Status { get; init; }

    /// <summary>Body; null: that of the normal answer.</summary>
    public string? Body { get; init; }

    /// <summary>Content-Type header.</summary>
    public string ContentType { get; init; } = "application/json; charset=utf-8";

    /// <summary>Retry-After header, as sent; null: none.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>Time between the request and the first byte of the answer.</summary>
    public TimeSpan Delay { get; init; }

    internal EdgeEnding Ending { get; init; }

    /// <summary>A failure that comes with status 200 and a non-empty <c>errors</c>.</summary>
    public static EdgeAnswer Errors(string code, string message = "failed") => Error(200, code, message);

    /// <summary>A 5xx status.</summary>
    public static EdgeAnswer ServerError(int status = 503) => new() { Status = status, Body = "upstream unavailable", ContentType = "text/plain" };

    /// <summary>429 with a Retry-After in seconds, or without one.</summary>
    public static EdgeAnswer RateLimited(int? seconds = null) =>
        Error(429, "RateLimited", "too many requests") with { RetryAfter = seconds?.ToString(CultureInfo.InvariantCulture) };

    /// <summary>429 with a Retry-After that is a date.</summary>
    public static EdgeAnswer RateLimitedUntil(DateTimeOffset date) =>
        Error(429, "RateLimited", "too many requests") with { RetryAfter = date.ToString("R", CultureInfo.InvariantCulture) };

    /// <summary>The normal answer, late.</summary>
    public static EdgeAnswer Slow(TimeSpan delay) => new() { Delay = delay };

    private static EdgeAnswer Error(int status, string code, string message) => new()
    {
        Status = status,
        Body = JsonSerializer.Serialize(new { errors = new[] { new { message, extensions = new { code } } } }),
    };
}
