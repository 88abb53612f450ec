using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace EntitlementCache.EdgeApi;

/// <summary>The span of one call, by OpenTelemetry's conventions for HTTP clients, but without the URL: it holds the customer's id. Everything here does nothing for a call that is not traced.</summary>
internal static class EdgeSpan
{
    /// <summary>Starts the span of a GET.</summary>
    /// <param name="parent">The span it is part of; null: the call is not traced.</param>
    /// <param name="url">Whom is asked.</param>
    /// <param name="template">The path, with names for its variable parts.</param>
    public static Activity? Start(Activity? parent, Uri url, string template)
    {
        var span = parent?.Source.StartActivity($"GET {template}", ActivityKind.Client, parent.Context);
        span?.SetTag("http.request.method", "GET");
        span?.SetTag("url.template", template);
        span?.SetTag("server.address", url.IdnHost);
        span?.SetTag("server.port", url.Port);
        return span;
    }

    /// <summary>Tells the API which trace the call belongs to (W3C Trace Context).</summary>
    public static void Propagate(Activity? span, HttpRequestHeaders headers)
    {
        if (span is null)
        {
            return;
        }

        headers.TryAddWithoutValidation("traceparent", span.Id);
        if (span.TraceStateString is { } state)
        {
            headers.TryAddWithoutValidation("tracestate", state);
        }
    }

    /// <summary>The head of the answer came.</summary>
    public static void Answered(Activity? span, HttpStatusCode status)
    {
        span?.SetTag("http.response.status_code", (int)status);
        if (status >= HttpStatusCode.BadRequest)
        {
            Failed(span, ((int)status).ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>There is no complete answer.</summary>
    public static void Failed(Activity? span, string type)
    {
        span?.SetTag("error.type", type);
        span?.SetStatus(ActivityStatusCode.Error);
    }
}
