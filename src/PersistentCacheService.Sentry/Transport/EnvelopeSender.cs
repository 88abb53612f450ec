using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using PersistentCacheService.Sentry.Events;

namespace PersistentCacheService.Sentry.Transport;

/// <summary>
/// Delivers events over HTTP, one at a time. Never throws: a delivery that fails is an outcome. No answer is retried (Sentry has
/// decided), only a connection that broke, once.
/// </summary>
internal sealed class EnvelopeSender : IDisposable
{
    private static readonly TimeSpan PauseBeforeRetry = TimeSpan.FromSeconds(1);

    private readonly Dsn _dsn;
    private readonly EventWriter _writer;
    private readonly TimeSpan _requestTimeout;
    private readonly TimeProvider _time;
    private readonly RateLimits _limits;
    private readonly HttpClient _client;

    public EnvelopeSender(Dsn dsn, SentryOptions options, TimeProvider time, RuntimeDescription runtime)
    {
        _dsn = dsn;
        _writer = new EventWriter(options, runtime);
        _requestTimeout = options.RequestTimeout;
        _time = time;
        _limits = new RateLimits(time);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            MaxConnectionsPerServer = 1,
            // Trouble comes in bursts: no connection stays open between them.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Delivers one event.</summary>
    /// <param name="captured">The event.</param>
    /// <param name="ct">The end of the process's patience.</param>
    public async Task<Delivery> SendAsync(SentryEvent captured, CancellationToken ct)
    {
        if (_limits.IsLimited)
        {
            return new(EventOutcome.DroppedRateLimited);
        }

        try
        {
            try
            {
                return await TryOnceAsync(captured, ct);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(PauseBeforeRetry, _time, ct);
                return await TryOnceAsync(captured, ct);
            }
        }
        catch (HttpRequestException exception)
        {
            return new(EventOutcome.Failed, exception.HttpRequestError.ToString());
        }
        catch (OperationCanceledException)
        {
            var reason = ct.IsCancellationRequested
                ? "the process ended first"
                : string.Create(CultureInfo.InvariantCulture, $"no answer within {_requestTimeout.TotalSeconds:0.#} s");
            return new(EventOutcome.Failed, reason);
        }
        catch (Exception exception)
        {
            // Rendering a foreign exception runs foreign code (Message): whatever it throws ends here, not in the loop.
            return new(EventOutcome.Failed, exception.GetType().Name);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<Delivery> TryOnceAsync(SentryEvent captured, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(_requestTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        using var request = CreateRequest(captured);
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);

        _limits.Update(response);
        return response.StatusCode switch
        {
            HttpStatusCode.TooManyRequests => new(EventOutcome.DroppedRateLimited),
            _ when response.IsSuccessStatusCode => new(EventOutcome.Sent),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                new(EventOutcome.Failed, $"it answered {(int)response.StatusCode}, the DSN's key or project is not accepted"),
            _ => new(EventOutcome.Failed, $"it answered {(int)response.StatusCode}"),
        };
    }

    private HttpRequestMessage CreateRequest(SentryEvent captured)
    {
        var envelope = Envelope.Write(captured, _writer, _dsn, _time.GetUtcNow());
        var content = new ByteArrayContent(Envelope.Compress(envelope));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-sentry-envelope");
        content.Headers.ContentEncoding.Add("gzip");

        const string Client = SentryFormat.ClientName;
        var request = new HttpRequestMessage(HttpMethod.Post, _dsn.EnvelopeUri) { Content = content };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue(Client, SentryFormat.ClientVersion));
        var secret = _dsn.Secret is null ? string.Empty : $", sentry_secret={_dsn.Secret}";
        request.Headers.TryAddWithoutValidation(
            "X-Sentry-Auth",
            $"Sentry sentry_version=7, sentry_client={Client}/{SentryFormat.ClientVersion}, sentry_key={_dsn.PublicKey}{secret}");
        return request;
    }
}
