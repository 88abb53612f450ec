using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using LocalSqs.Authentication;
using LocalSqs.Control;
using LocalSqs.Faults;
using LocalSqs.Queues;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;

namespace LocalSqs.Protocol;

/// <summary>What Kestrel runs for each request: directly on its features, no middleware, one reused <see cref="SqsRequest"/> a connection.</summary>
internal sealed class SqsApplication : IHttpApplication<SqsRequest>
{
    private const string ContentType = "application/x-amz-json-1.0";

    private readonly SqsDispatcher _dispatcher;
    private readonly ControlEndpoints _control;
    private readonly SignatureVerifier? _signatures;
    private readonly SqsFaults _faults;
    private readonly RequestCounts _requests;
    private readonly ServerClock _clock;
    private readonly ILogger _logger;

    public SqsApplication(
        SqsDispatcher dispatcher, ControlEndpoints control, SignatureVerifier? signatures, SqsFaults faults, RequestCounts requests, ServerClock clock, ILogger logger)
    {
        _dispatcher = dispatcher;
        _control = control;
        _signatures = signatures;
        _faults = faults;
        _requests = requests;
        _clock = clock;
        _logger = logger;
    }

    public SqsRequest CreateContext(IFeatureCollection contextFeatures)
    {
        // Kestrel keeps what is put here for the next request of the connection.
        if (contextFeatures is not IHostContextContainer<SqsRequest> container)
        {
            var single = new SqsRequest();
            single.Begin(contextFeatures);
            return single;
        }

        var request = container.HostContext ??= new SqsRequest();
        request.Begin(contextFeatures);
        return request;
    }

    public void DisposeContext(SqsRequest context, Exception? exception) => context.End();

    public async Task ProcessRequestAsync(SqsRequest context)
    {
        var http = context.Features.GetRequiredFeature<IHttpRequestFeature>();
        try
        {
            if (http.Path.StartsWith(ControlEndpoints.Prefix, StringComparison.Ordinal))
            {
                // A push may bring a whole benchmark's messages.
                context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
                await ReadBodyAsync(context);
                await _control.HandleAsync(context, http);
                return;
            }

            await ReadBodyAsync(context);
            await ProcessSqsAsync(context, http);
        }
        catch (OperationCanceledException) when (context.ClientGone.IsCancellationRequested)
        {
            // Nobody waits for the answer.
        }
        catch (ConnectionResetException)
        {
            // Nobody waits for the answer.
        }
    }

    private async Task ProcessSqsAsync(SqsRequest context, IHttpRequestFeature http)
    {
        context.Operation = SqsDispatcher.OperationOf(http.Headers["X-Amz-Target"]);
        _requests.Count(context.Operation);
        SqsFaultKind? fault = null;
        SqsError? error = null;
        try
        {
            fault = _faults.Next(context.Operation);
            if (_faults.Latency > TimeSpan.Zero)
            {
                await Task.Delay(_faults.Latency, _clock.TimeProvider, context.ClientGone);
            }

            error = fault switch
            {
                SqsFaultKind.Throttle => SqsError.Throttled,
                SqsFaultKind.InternalError => SqsError.InternalFailure,
                SqsFaultKind.ServiceUnavailable => SqsError.ServiceUnavailable,
                SqsFaultKind.ExpiredCredentials => SqsError.ExpiredToken,
                SqsFaultKind.AccessDenied => SqsError.AccessDenied,
                SqsFaultKind.OverLimit => SqsError.OverLimit,
                _ => null,
            };
            if (error is null && fault is not (SqsFaultKind.Reset or SqsFaultKind.Hang))
            {
                if (context.Operation == SqsOperation.Unknown)
                {
                    throw new SqsException(SqsError.UnknownOperation);
                }

                _signatures?.Verify(http, context.Body.WrittenSpan);
                await _dispatcher.ExecuteAsync(context);
            }
        }
        catch (SqsException refused)
        {
            error = refused.Error;
        }
        catch (JsonException)
        {
            error = SqsError.Serialization("The request is not valid JSON.");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.RequestFailed(_logger, context.Operation, exception);
            error = SqsError.InternalFailure;
        }

        await AnswerAsync(context, fault, error);
    }

    private async Task AnswerAsync(SqsRequest context, SqsFaultKind? fault, SqsError? error)
    {
        switch (fault)
        {
            case SqsFaultKind.Reset or SqsFaultKind.ResetAfterExecution:
                Reset(context);
                return;
            case SqsFaultKind.Hang:
                await Task.Delay(Timeout.InfiniteTimeSpan, _clock.TimeProvider, context.ClientGone);
                return;
            case SqsFaultKind.GarbageBody:
                context.Response.Clear();
                context.Response.Write("<html><body>upstream said \"\u0000{[\" and left</body></html>"u8);
                break;
            case SqsFaultKind.EmptyBody:
                context.Response.Clear();
                break;
            default:
                break;
        }

        if (error is not null)
        {
            context.Response.Clear();
            context.Response.Write("{\"__type\":"u8);
            context.Response.WriteString(error.Type);
            context.Response.Write(",\"message\":"u8);
            context.Response.WriteString(error.Message);
            context.Response.Write("}"u8);
        }

        WriteHead(context, error);
        var output = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer;
        if (fault == SqsFaultKind.HangMidBody)
        {
            await output.WriteAsync(context.Response.Written[..(context.Response.Length / 2)]);
            await Task.Delay(Timeout.InfiniteTimeSpan, _clock.TimeProvider, context.ClientGone);
            return;
        }

        await output.WriteAsync(context.Response.Written);
    }

    private void WriteHead(SqsRequest context, SqsError? error)
    {
        var response = context.Features.GetRequiredFeature<IHttpResponseFeature>();
        response.Headers.ContentType = ContentType;
        response.Headers.ContentLength = context.Response.Length;
        response.Headers["x-amzn-RequestId"] = RequestId();
        if (_clock.Offset != TimeSpan.Zero)
        {
            response.Headers.Date = _clock.UtcNow.ToString("R", CultureInfo.InvariantCulture);
        }

        if (error is not null)
        {
            response.StatusCode = error.Status;
            response.Headers["x-amzn-query-error"] = error.QueryCode;
        }
    }

    // Not Guid.NewGuid: that asks the kernel for random bytes each time.
    private static string RequestId()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes);
        return new Guid(bytes).ToString();
    }

    private static void Reset(SqsRequest context)
    {
        // Without lingering, closing sends RST instead of FIN.
        if (context.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Close();
        }

        context.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>().Abort();
    }

    private static async ValueTask ReadBodyAsync(SqsRequest context)
    {
        var reader = context.Features.GetRequiredFeature<IRequestBodyPipeFeature>().Reader;
        while (true)
        {
            var result = await reader.ReadAsync();
            foreach (var segment in result.Buffer)
            {
                context.Body.Write(segment.Span);
            }

            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }
}
