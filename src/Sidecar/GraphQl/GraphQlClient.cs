using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using EntitlementCache.Hosting;
using EntitlementCache.Observability.Errors;
using EntitlementCache.Outbound;
using EntitlementCache.Settings;
using Grpc.Core;
using Sidecar.Observability;
using Sidecar.Reading;

namespace Sidecar.GraphQl;

/// <summary>
/// Stigg's GraphQL API. Every failure is an <see cref="RpcException"/> with the reason. <c>UNAVAILABLE</c> is used only when the call certainly did not
/// arrive: clients repeat it by themselves, and a usage report must not count twice.
/// </summary>
internal sealed class GraphQlClient : IDisposable
{
    private const int Attempts = 3;

    // A gRPC status travels as a header, and clients bound those.
    private const int LongestReason = 1000;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);

    private readonly HttpClient _http;
    private readonly Uri _url;
    private readonly SidecarMetrics _metrics;
    private readonly Scrubber _scrubber;
    private readonly TimeProvider _time;
    private readonly Func<double> _random;

    /// <summary>Prepares a client.</summary>
    /// <param name="apiUrl">Base URL.</param>
    /// <param name="apiKey">Sent in a header only.</param>
    /// <param name="metrics">Counts failures.</param>
    /// <param name="scrubber">Takes secrets out of the API's reasons, which callers and the log get.</param>
    /// <param name="time">Clock of the pauses.</param>
    /// <param name="random">Jitter of the pauses, 0 (inclusive) to 1.</param>
    public GraphQlClient(Uri apiUrl, Secret apiKey, SidecarMetrics metrics, Scrubber scrubber, TimeProvider time, Func<double> random)
    {
        _url = new Uri(apiUrl.AbsoluteUri.TrimEnd('/') + "/graphql");
        _metrics = metrics;
        _scrubber = scrubber;
        _time = time;
        _random = random;
        var handler = OutgoingHttp.CreateHandler(ConnectTimeout);
        handler.AutomaticDecompression = DecompressionMethods.All;
        _http = new HttpClient(handler) { Timeout = Deadline, MaxResponseContentBufferSize = 8 * 1024 * 1024 };
        _http.DefaultRequestHeaders.Add("X-API-KEY", apiKey.Reveal());
        _http.DefaultRequestHeaders.Add("User-Agent", "stigg-sidecar/" + BuildInfo.Version);
    }

    /// <summary>Sends one request; again only when it certainly did not arrive, or when repeating it is harmless.</summary>
    /// <param name="body">The request's JSON.</param>
    /// <param name="isRepeatable">Arriving twice does no more than arriving once.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The whole answer, which has <c>data</c> and no errors; dispose the document.</returns>
    /// <exception cref="RpcException">It failed.</exception>
    public async Task<JsonDocument> SendAsync(ReadOnlyMemory<byte> body, bool isRepeatable, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await SendOnceAsync(body, cancellationToken);
            }
            catch (RpcException failure) when (attempt < Attempts && MayRepeat(failure.StatusCode, isRepeatable))
            {
                await Task.Delay(FirstPause * attempt * (0.5 + _random()), _time, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static bool MayRepeat(StatusCode code, bool isRepeatable) =>
        code == StatusCode.Unavailable || (isRepeatable && code is StatusCode.Internal or StatusCode.ResourceExhausted);

    private static RpcException Failure(StatusCode code, string reason) => new(new Status(code, reason));

    /// <summary>The status of an error in the answer. GraphQL knows no list of codes; these are the ones Apollo and Stigg's SDK name.</summary>
    private static StatusCode CodeOf(string? code) => code?.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant() switch
    {
        "UNAUTHENTICATED" => StatusCode.Unauthenticated,
        "FORBIDDEN" or "ACCESSDENIED" => StatusCode.PermissionDenied,
        "BADUSERINPUT" or "GRAPHQLVALIDATIONFAILED" or "GRAPHQLPARSEFAILED" => StatusCode.InvalidArgument,
        "RATELIMITEXCEEDED" or "THROTTLED" or "THROTTLEREXCEPTION" => StatusCode.ResourceExhausted,
        { } other when other.EndsWith("NOTFOUND", StringComparison.Ordinal) || other.EndsWith("NOTFOUNDERROR", StringComparison.Ordinal) => StatusCode.NotFound,
        { } other when other.Contains("VALIDATION", StringComparison.Ordinal) || other.StartsWith("INVALID", StringComparison.Ordinal) => StatusCode.InvalidArgument,
        _ => StatusCode.Unknown,
    };

    private async Task<JsonDocument> SendOnceAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
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

    private JsonDocument Read(HttpStatusCode status, byte[] answer)
    {
        if (status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            _metrics.InvalidApiKey();
            throw status == HttpStatusCode.Unauthorized
                ? Failure(StatusCode.Unauthenticated, "Authentication failed. Double check your API key.")
                : Failure(StatusCode.PermissionDenied, "The API key may not do this.");
        }

        var document = TryParse(answer);
        if (document is not null && document.RootElement.Object("errors") is { ValueKind: JsonValueKind.Array } errors && errors.GetArrayLength() > 0)
        {
            using (document)
            {
                throw Refusal(errors[0]);
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
            status == HttpStatusCode.OK ? "The Stigg API answered without data." : $"The Stigg API answered with status {(int)status}.");
    }

    private static JsonDocument? TryParse(byte[] answer)
    {
        try
        {
            return JsonDocument.Parse(answer);
        }
        catch (JsonException)
        {
            return null; // The status says more than the text.
        }
    }

    private RpcException Refusal(JsonElement error)
    {
        var code = CodeOf(error.Object("extensions").Text("code"));
        if (code is StatusCode.Unauthenticated or StatusCode.PermissionDenied)
        {
            _metrics.InvalidApiKey();
        }

        return Failure(code, error.Text("message") is { } reason ? Scrubber.Cut(_scrubber.Scrub(reason), LongestReason) : "The Stigg API refused the call.");
    }
}
