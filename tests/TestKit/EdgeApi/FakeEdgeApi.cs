using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using TestKit.Credentials;

namespace TestKit.EdgeApi;

/// <summary>Stigg's Edge API (contract, section 6) as a real HTTP server on loopback: it answers from what a test stored, or fails as scripted, and remembers every call.</summary>
public sealed class FakeEdgeApi : IAsyncDisposable
{
    private const string CredentialsPath = "/v1/credentials/event-queue.json";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<(string CustomerId, string? ResourceId), JsonNode> _states = new();
    private readonly ConcurrentQueue<EdgeAnswer> _script = new();
    private readonly ConcurrentQueue<EdgeCall> _calls = new();
    private int _inFlight;
    private int _mostInFlight;

    private FakeEdgeApi(WebApplication app) => _app = app;

    /// <summary>For EDGE_API_URL.</summary>
    public string Url => _app.Urls.First();

    /// <summary>The only key that is accepted; any other gets 401.</summary>
    public string ApiKey { get; init; } = "server-key-of-the-tests";

    /// <summary>How calls are answered when the script is empty.</summary>
    public EdgeAnswer Answer { get; set; } = EdgeAnswer.Normal;

    /// <summary>How calls concerning one customer are answered; wins over <see cref="Answer"/> and the script.</summary>
    public ConcurrentDictionary<string, EdgeAnswer> AnswerFor { get; } = new();

    /// <summary>The DSN in the remote configuration; null: none.</summary>
    public string? SentryDsn { get; set; }

    /// <summary>How the remote configuration is answered.</summary>
    public EdgeAnswer ConfigurationAnswer { get; set; } = EdgeAnswer.Normal;

    /// <summary>How calls for credentials of a queue are answered.</summary>
    public EdgeAnswer CredentialsAnswer { get; set; } = EdgeAnswer.Normal;

    /// <summary>How long the credentials handed out next last; the real API gives 15 minutes at least.</summary>
    public TimeSpan CredentialsLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The access keys handed out, each with its end.</summary>
    public ConcurrentDictionary<string, DateTimeOffset> HandedOut { get; } = new();

    /// <summary>All calls so far, in order.</summary>
    public IReadOnlyList<EdgeCall> Calls => [.. _calls];

    /// <summary>Most calls that were answered at the same time.</summary>
    public int MostInFlight => Volatile.Read(ref _mostInFlight);

    /// <summary>Starts the server on a free port.</summary>
    public static async Task<FakeEdgeApi> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var api = new FakeEdgeApi(app);
        app.MapGet("/v1/c/{customerId}/entitlements-state.json", (HttpContext context) =>
            api.ServeAsync(context, CustomerIn(RawTarget(context)), context.Request.Query["resourceId"].FirstOrDefault()));
        app.MapGet("/v1/config/server-sdk-configuration.json", (HttpContext context) => api.ServeAsync(context, null, null));
        app.MapGet(CredentialsPath, (HttpContext context) => api.ServeAsync(context, null, null));
        await app.StartAsync();
        return api;
    }

    /// <summary>Stores what a customer, or a resource of one, is entitled to.</summary>
    /// <param name="customerId">The customer.</param>
    /// <param name="resourceId">The resource; null: none.</param>
    /// <param name="entitlements">The JSON array of <c>entitlementsV2</c>.</param>
    /// <param name="accessDeniedReason">The reason of the whole list.</param>
    public void Store(string customerId, string? resourceId, JsonArray entitlements, string? accessDeniedReason = null)
    {
        ArgumentNullException.ThrowIfNull(entitlements);
        _states[(customerId, resourceId)] = new JsonObject
        {
            ["entitlementsV2"] = entitlements.DeepClone(),
            ["accessDeniedReason"] = accessDeniedReason,
        };
    }

    /// <summary>Forgets a customer: the answer is 404 from now on.</summary>
    public void Remove(string customerId, string? resourceId = null) => _states.TryRemove((customerId, resourceId), out _);

    /// <summary>Answers the next calls for entitlements in this order, one each, before <see cref="Answer"/> holds again.</summary>
    public void Script(params ReadOnlySpan<EdgeAnswer> answers)
    {
        foreach (var answer in answers)
        {
            _script.Enqueue(answer);
        }
    }

    /// <summary>How often entitlements of a customer, or a resource of one, were asked for.</summary>
    public int CallsFor(string customerId, string? resourceId = null) =>
        _calls.Count(call => call.CustomerId == customerId && call.ResourceId == resourceId);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // At once: hanging calls would hold up a graceful stop.
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private static string RawTarget(HttpContext context) => context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;

    /// <summary>The id in <c>/v1/c/{id}/...</c> as sent: routing would leave an escaped slash escaped.</summary>
    private static string CustomerIn(string rawTarget) => Uri.UnescapeDataString(rawTarget.Split('/')[3]);

    private async Task ServeAsync(HttpContext context, string? customerId, string? resourceId)
    {
        Record(context.Request, customerId, resourceId);
        try
        {
            // Not counted any more: whoever has the whole answer may call again before this method has ended.
            if (await CountedAsync(context, customerId, resourceId) is { } body)
            {
                await context.Response.Body.WriteAsync(body, context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The client gave up, or the server stops: the two ways a hanging call ends.
        }
    }

    private async Task<byte[]?> CountedAsync(HttpContext context, string? customerId, string? resourceId)
    {
        var inFlight = Interlocked.Increment(ref _inFlight);
        InterlockedMax(ref _mostInFlight, inFlight);
        try
        {
            return await AnswerAsync(context, Choose(context.Request, customerId), customerId, resourceId);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private void Record(HttpRequest request, string? customerId, string? resourceId)
    {
        var headers = request.Headers.ToDictionary(static header => header.Key, static header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        _calls.Enqueue(new EdgeCall(request.Method, RawTarget(request.HttpContext), customerId, resourceId, headers));
    }

    private EdgeAnswer Choose(HttpRequest request, string? customerId)
    {
        if (request.Headers["X-API-KEY"] != ApiKey)
        {
            return EdgeAnswer.Unauthorized;
        }

        if (customerId is null)
        {
            return request.Path == CredentialsPath ? CredentialsAnswer : ConfigurationAnswer;
        }

        if (AnswerFor.TryGetValue(customerId, out var own))
        {
            return own;
        }

        return _script.TryDequeue(out var next) ? next : Answer;
    }

    /// <summary>Everything but the body of a complete answer, which is returned; null: the call has ended in another way.</summary>
    private async Task<byte[]?> AnswerAsync(HttpContext context, EdgeAnswer answer, string? customerId, string? resourceId)
    {
        var aborted = context.RequestAborted;
        if (answer.Delay > TimeSpan.Zero)
        {
            await Task.Delay(answer.Delay, TimeProvider.System, aborted);
        }

        switch (answer.Ending)
        {
            case EdgeEnding.Hang:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, aborted);
                return null;
            case EdgeEnding.Reset:
                context.Abort();
                return null;
        }

        var (status, normalBody) = context.Request.Path == CredentialsPath ? (200, NewCredentials()) : Normal(customerId, resourceId);
        var body = Encoding.UTF8.GetBytes(answer.Body ?? normalBody);
        context.Response.StatusCode = answer.Status ?? status;
        context.Response.ContentType = answer.ContentType;
        context.Response.ContentLength = body.Length;
        if (answer.RetryAfter is { } retryAfter)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        if (answer.Ending == EdgeEnding.Complete)
        {
            return body;
        }

        await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2), aborted);
        await context.Response.Body.FlushAsync(aborted);
        if (answer.Ending == EdgeEnding.HangInBody)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, aborted);
        }

        context.Abort();
        return null;
    }

    private (int Status, string Body) Normal(string? customerId, string? resourceId)
    {
        if (customerId is null)
        {
            return (200, Data("sdkConfiguration", new JsonObject { ["sentryDsn"] = SentryDsn }));
        }

        return _states.TryGetValue((customerId, resourceId), out var state)
            ? (200, Data("entitlementsState", state.DeepClone()))
            : (404, EdgeAnswer.NotFound.Body!);
    }

    private string NewCredentials()
    {
        var keys = TestKeys.Number(HandedOut.Count + 1);
        var expiration = TimeProvider.System.GetUtcNow() + CredentialsLifetime;
        HandedOut[keys.AccessKey] = expiration;
        return new JsonObject
        {
            ["accessKeyId"] = keys.AccessKey,
            ["secretAccessKey"] = keys.SecretKey,
            ["sessionToken"] = keys.Token,
            ["expiration"] = expiration.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        }.ToJsonString();
    }

    private static string Data(string name, JsonNode value) => new JsonObject { ["data"] = new JsonObject { [name] = value } }.ToJsonString();

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }
}
