using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Grpc.Core;
using PersistentCacheService.Settings;
using Sidecar.Observability;
using Sidecar.Reading;

namespace Sidecar.Writes;

/// <summary>
/// Stigg's GraphQL API. Every failure is an <see cref="RpcException"/> with the reason. <c>UNAVAILABLE</c> is used only when the call certainly did not
/// arrive: clients repeat it by themselves, and a usage report must not count twice.
/// </summary>
internal sealed class GraphQlClient : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http;
    private readonly Uri _url;
    private readonly SidecarMetrics _metrics;

    public GraphQlClient(Uri apiUrl, Secret apiKey, SidecarMetrics metrics)
    {
        _url = new Uri(apiUrl.AbsoluteUri.TrimEnd('/') + "/graphql");
        _metrics = metrics;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = Deadline,
        };
        _http.DefaultRequestHeaders.Add("X-API-KEY", apiKey.Reveal());
    }

    /// <summary>Sends one mutation, once.</summary>
    /// <param name="body">The request's JSON.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The answer's <c>data</c>; dispose the document.</returns>
    public async Task<JsonDocument> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var response = await _http.PostAsync(_url, content, cancellationToken);
            var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return Read(response.StatusCode, answer);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _metrics.NetworkError();
            throw Failure(StatusCode.DeadlineExceeded, $"The Stigg API did not answer within {Deadline.TotalSeconds} s; the write may have happened.");
        }
        catch (HttpRequestException exception)
        {
            _metrics.NetworkError();
            var neverArrived = exception.HttpRequestError
                is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError;
            throw Failure(neverArrived ? StatusCode.Unavailable : StatusCode.Internal, $"The Stigg API could not be called: {exception.HttpRequestError}.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static RpcException Failure(StatusCode code, string reason) => new(new Status(code, reason));

    private static StatusCode CodeOf(string? code) => code?.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant() switch
    {
        "UNAUTHENTICATED" => StatusCode.Unauthenticated,
        "FORBIDDEN" or "ACCESSDENIED" => StatusCode.PermissionDenied,
        "BADUSERINPUT" or "GRAPHQLVALIDATIONFAILED" or "GRAPHQLPARSEFAILED" => StatusCode.InvalidArgument,
        "RATELIMITEXCEEDED" or "THROTTLED" or "THROTTLEREXCEPTION" => StatusCode.ResourceExhausted,
        { } other when other.EndsWith("NOTFOUND", StringComparison.Ordinal) || other.EndsWith("NOTFOUNDERROR", StringComparison.Ordinal) => StatusCode.NotFound,
        { } other when other.Contains("VALIDATION", StringComparison.Ordinal) || other.StartsWith("INVALID", StringComparison.Ordinal) => StatusCode.InvalidArgument,
        _ => StatusCode.Internal,
    };

    private JsonDocument Read(HttpStatusCode status, byte[] answer)
    {
        if (status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            _metrics.InvalidApiKey();
            throw status == HttpStatusCode.Unauthorized
                ? Failure(StatusCode.Unauthenticated, "Authentication failed. Double check your API key.")
                : Failure(StatusCode.PermissionDenied, "The API key may not do this.");
        }

        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(answer);
        }
        catch (JsonException)
        {
            // Told below: the status says more than the text.
        }

        if (document is not null && document.RootElement.Object("errors") is { ValueKind: JsonValueKind.Array } errors && errors.GetArrayLength() > 0)
        {
            using (document)
            {
                throw Failure(CodeOf(errors[0].Object("extensions").Text("code")), errors[0].Text("message") ?? "The Stigg API refused the write.");
            }
        }

        if (status == HttpStatusCode.OK && document?.RootElement.Object("data").ValueKind == JsonValueKind.Object)
        {
            return document;
        }

        document?.Dispose();
        _metrics.NetworkError();
        throw Failure(
            status switch
            {
                HttpStatusCode.TooManyRequests => StatusCode.ResourceExhausted,
                HttpStatusCode.BadRequest => StatusCode.InvalidArgument,
                _ => StatusCode.Internal,
            },
            $"The Stigg API answered with status {(int)status}.");
    }
}
