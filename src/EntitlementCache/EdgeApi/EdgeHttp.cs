using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using EntitlementCache.Hosting;
using EntitlementCache.Outbound;
using EntitlementCache.Settings;

namespace EntitlementCache.EdgeApi;

/// <summary>One GET at a time as CONTRACT 6 has it: addresses, headers, deadline, bounded answers. It neither retries nor knows what answers mean.</summary>
internal sealed class EdgeHttp : IDisposable
{
    /// <summary>Largest answer that is read, in bytes, unpacked: several thousand entitlements of one customer.</summary>
    public const int MaxAnswerLength = 8 * 1024 * 1024;

    private const string EntitlementsTemplate = "/v1/c/{customerId}/entitlements-state.json";

    private const int FirstBuffer = 16 * 1024;

    // A Retry-After beyond it is a mistake or a maintenance window; asking that seldom disturbs neither.
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(10);

    private readonly Uri _url;
    private readonly string _baseUrl;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    public EdgeHttp(EdgeApiSettings settings, TimeProvider time)
    {
        _url = settings.Url;
        _baseUrl = settings.Url.AbsoluteUri.TrimEnd('/');
        _timeout = settings.Timeout;
        _time = time;
        _http = new HttpClient(CreateHandler(settings))
        {
            Timeout = Timeout.InfiniteTimeSpan, // Each call has a deadline of its own, which covers the body too.
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        var headers = _http.DefaultRequestHeaders;
        headers.Add("X-API-KEY", settings.ApiKey.Reveal());
        headers.Add("X-API-VERSION", "1");
        headers.Add("source", "PERSISTENT_CACHE_SERVICE");
        headers.Add("Accept", "application/json");
        headers.Add("User-Agent", "persistent-cache-service/" + BuildInfo.Version);
    }

    /// <summary>Asks for the entitlements of a customer or of a customer's resource.</summary>
    /// <param name="customerId">The customer, any text.</param>
    /// <param name="resourceId">The resource; null: none.</param>
    /// <param name="cancellationToken">Ends the call with an <see cref="OperationCanceledException"/>; every other failure is a value.</param>
    /// <param name="parent">The span that the call is part of; null: it is not traced.</param>
    public Task<EdgeReply> GetEntitlementsAsync(string customerId, string? resourceId, CancellationToken cancellationToken, Activity? parent = null)
    {
        var query = resourceId is null ? "" : "?resourceId=" + Uri.EscapeDataString(resourceId);
        return GetAsync($"/v1/c/{Segment(customerId)}/entitlements-state.json{query}", cancellationToken, parent);
    }

    /// <summary>Asks for the configuration that Stigg gives to this environment's services.</summary>
    /// <inheritdoc cref="GetEntitlementsAsync" path="/param[@name='cancellationToken']"/>
    public Task<EdgeReply> GetConfigurationAsync(CancellationToken cancellationToken) => GetAsync("/v1/config/server-sdk-configuration.json", cancellationToken);

    /// <summary>Asks for temporary credentials of an event queue.</summary>
    /// <param name="queueUrl">Which queue.</param>
    /// <param name="seconds">How long they last, 900 to 3600.</param>
    /// <inheritdoc cref="GetEntitlementsAsync" path="/param[@name='cancellationToken']"/>
    public Task<EdgeReply> GetQueueCredentialsAsync(string queueUrl, int seconds, CancellationToken cancellationToken) => GetAsync(
        string.Create(CultureInfo.InvariantCulture, $"/v1/credentials/event-queue.json?queueUrl={Uri.EscapeDataString(queueUrl)}&durationSeconds={seconds}"), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static SocketsHttpHandler CreateHandler(EdgeApiSettings settings)
    {
        var handler = OutgoingHttp.CreateHandler(settings.Timeout);
        handler.AutomaticDecompression = DecompressionMethods.All;

        // One for the configuration beside those of refreshes.
        handler.MaxConnectionsPerServer = settings.Concurrency + 1;
        handler.EnableMultipleHttp2Connections = true;
        handler.PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1);
        return handler;
    }

    /// <summary>An id as a path segment; one of dots alone would otherwise mean a parent directory.</summary>
    private static string Segment(string id) => id is "." or ".." ? id.Replace(".", "%2E", StringComparison.Ordinal) : Uri.EscapeDataString(id);

    private static EdgeResult ResultOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.OK => EdgeResult.Ok,
        HttpStatusCode.NotFound => EdgeResult.NotFound,
        HttpStatusCode.Unauthorized => EdgeResult.Unauthorized,
        HttpStatusCode.Forbidden => EdgeResult.Forbidden,
        HttpStatusCode.TooManyRequests => EdgeResult.Throttled,
        HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError => EdgeResult.ServerError,
        _ => EdgeResult.Rejected,
    };

    private static string Describe(Exception exception)
    {
        var kind = exception is HttpRequestException { HttpRequestError: not HttpRequestError.Unknown and var error } ? error.ToString() : exception.GetType().Name;
        return $"{kind}: {exception.GetBaseException().Message}";
    }

    private async Task<EdgeReply> GetAsync(string pathAndQuery, CancellationToken cancellationToken, Activity? parent = null)
    {
        using var span = EdgeSpan.Start(parent, _url, EntitlementsTemplate);
        using var deadline = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            // Used as it is: its escapes are part of it.
            var uri = new Uri(_baseUrl + pathAndQuery, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
            using var request = new HttpRequestMessage(HttpMethod.Get, uri) { Version = _http.DefaultRequestVersion, VersionPolicy = _http.DefaultVersionPolicy };
            EdgeSpan.Propagate(span, request.Headers);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            EdgeSpan.Answered(span, response.StatusCode);
            return await ReadAsync(response, either.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            EdgeSpan.Failed(span, "Cancelled");
            throw;
        }
        catch (OperationCanceledException)
        {
            EdgeSpan.Failed(span, nameof(EdgeResult.Timeout));
            return new EdgeReply(EdgeResult.Timeout) { Cause = string.Create(CultureInfo.InvariantCulture, $"no complete answer within {_timeout.TotalMilliseconds:0} ms") };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            EdgeSpan.Failed(span, nameof(EdgeResult.Network));
            return new EdgeReply(EdgeResult.Network) { Cause = Describe(exception) };
        }
    }

    private async Task<EdgeReply> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var result = ResultOf(response.StatusCode);
        if (result == EdgeResult.Ok)
        {
            return await ReadBodyAsync(response.Content, cancellationToken);
        }

        return new EdgeReply(result) { Cause = $"HTTP status {(int)response.StatusCode}", RetryAfter = RetryAfterOf(response) };
    }

    private static async Task<EdgeReply> ReadBodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        var length = 0;
        try
        {
            while (true)
            {
                if (length == buffer.Length)
                {
                    buffer = Grow(buffer);
                }

                var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
                length += read;
                if (length > MaxAnswerLength)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    return new EdgeReply(EdgeResult.InvalidAnswer) { Cause = $"the answer is larger than {MaxAnswerLength} bytes" };
                }

                if (read == 0)
                {
                    return EdgeReply.Complete(buffer, length);
                }
            }
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    private static byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private TimeSpan? RetryAfterOf(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter;
        var wait = asked?.Delta ?? (asked?.Date - _time.GetUtcNow());
        return wait is { } some ? TimeSpan.FromTicks(Math.Clamp(some.Ticks, 0, LongestRetryAfter.Ticks)) : null;
    }
}
