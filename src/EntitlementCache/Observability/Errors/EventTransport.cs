using System.Net;
using EntitlementCache.Outbound;
using Microsoft.Extensions.Logging;
using Sentry.Extensibility;
using Sentry.Http;
using Sentry.Protocol.Envelopes;

namespace EntitlementCache.Observability.Errors;

/// <summary>
/// Delivers events as the SDK's own transport does, one after the other, and tells what became of each: the SDK itself does not. Nothing is tried a
/// second time, and nothing is sent while Sentry asks for a pause.
/// </summary>
/// <param name="options">The SDK's options.</param>
/// <param name="filter">Counts the outcomes.</param>
/// <param name="logger">Says once when events cannot be delivered, and once when they can again.</param>
internal sealed class EventTransport(SentryOptions options, EventFilter filter, ILogger logger) : HttpTransportBase(options), ITransport, IDisposable
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    // For a 429 that names no time.
    private static readonly TimeSpan DefaultPause = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http = new(OutgoingHttp.CreateHandler(RequestTimeout)) { Timeout = RequestTimeout };
    private DateTimeOffset _pausedUntil;
    private bool _isFailing;

    /// <inheritdoc/>
    public async Task SendEnvelopeAsync(Envelope envelope, CancellationToken cancellationToken = default)
    {
        var (outcome, problem) = await TrySendAsync(envelope, cancellationToken);
        filter.Finish(outcome);
        if (outcome == EventOutcome.Failed && !_isFailing)
        {
            _isFailing = true;
            Log.ErrorNotReported(logger, problem ?? "unknown");
        }
        else if (outcome == EventOutcome.Sent && _isFailing)
        {
            _isFailing = false;
            Log.ErrorsReportedAgain(logger);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<(EventOutcome Outcome, string? Problem)> TrySendAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        // The limits of X-Sentry-Rate-Limits are the base class's.
        using var permitted = ProcessEnvelope(envelope);
        if (permitted.Items.Count == 0 || TimeProvider.System.GetUtcNow() < _pausedUntil)
        {
            return (EventOutcome.DroppedRateLimited, null);
        }

        try
        {
            using var request = CreateRequest(permitted);
            using var response = await _http.SendAsync(request, cancellationToken);
            await HandleResponseAsync(response, permitted, cancellationToken);
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
            {
                Pause(response);
                return (EventOutcome.DroppedRateLimited, null);
            }

            return response.IsSuccessStatusCode ? (EventOutcome.Sent, null) : (EventOutcome.Failed, $"status {(int)response.StatusCode}");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            return (EventOutcome.Failed, exception is HttpRequestException { HttpRequestError: var error } ? error.ToString() : exception.GetType().Name);
        }
    }

    private void Pause(HttpResponseMessage response)
    {
        if (response.Headers.Contains("X-Sentry-Rate-Limits"))
        {
            return;
        }

        var now = TimeProvider.System.GetUtcNow();
        var wish = response.Headers.RetryAfter;
        _pausedUntil = wish?.Date ?? now + (wish?.Delta ?? DefaultPause);
    }
}
