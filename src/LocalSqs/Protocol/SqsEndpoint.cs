using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using LocalSqs.Faults;
using LocalSqs.Protocol.Json;
using LocalSqs.Queues;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace LocalSqs.Protocol;

/// <summary>The one HTTP endpoint of SQS: faults, the call itself, errors, headers.</summary>
internal sealed class SqsEndpoint
{
    private const string ContentType = "application/x-amz-json-1.0";
    private const string TargetPrefix = "AmazonSQS.";

    private readonly SqsDispatcher _dispatcher;
    private readonly SqsFaults _faults;
    private readonly RequestCounts _requests;
    private readonly RequestCheck _check;
    private readonly ServerClock _clock;
    private readonly ILogger _logger;

    public SqsEndpoint(SqsDispatcher dispatcher, SqsFaults faults, RequestCounts requests, RequestCheck check, ServerClock clock, ILogger logger)
    {
        _dispatcher = dispatcher;
        _faults = faults;
        _requests = requests;
        _check = check;
        _clock = clock;
        _logger = logger;
    }

    public async Task HandleAsync(HttpContext context)
    {
        var operation = OperationOf(context.Request.Headers["X-Amz-Target"]);
        _requests.Count(operation);
        var fault = _faults.Next(operation);
        try
        {
            if (_faults.Latency > TimeSpan.Zero)
            {
                await Task.Delay(_faults.Latency, _clock.TimeProvider, context.RequestAborted);
            }

            var (answer, error) = await ExecuteAsync(context.Request, operation, fault);
            await AnswerAsync(context, fault, answer, error);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone.
        }
    }

    private static SqsOperation OperationOf(string? target) =>
        target?.StartsWith(TargetPrefix, StringComparison.Ordinal) == true && Enum.TryParse<SqsOperation>(target.AsSpan(TargetPrefix.Length), out var operation)
            ? operation
            : SqsOperation.Unknown;

    // The answer's body, and the error that it is about.
    private async Task<(byte[] Answer, SqsError? Error)> ExecuteAsync(HttpRequest request, SqsOperation operation, SqsFaultKind? fault)
    {
        SqsError error;
        try
        {
            if (fault is SqsFaultKind.Reset or SqsFaultKind.Hang)
            {
                return ([], null);
            }

            if ((ErrorOf(fault) ?? _check.Refusal(request.Headers)) is { } refusal)
            {
                throw new SqsException(refusal);
            }

            var answer = await _dispatcher.ExecuteAsync(operation, request);
            return (fault switch
            {
                SqsFaultKind.GarbageBody => [.. "<html><body>upstream said \"\u0000{[\" and left</body></html>"u8],
                SqsFaultKind.EmptyBody => [],
                _ => answer,
            }, null);
        }
        catch (SqsException refused)
        {
            error = refused.Error;
        }
        catch (JsonException)
        {
            error = SqsError.Serialization("The request is not the JSON of its operation.");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.RequestFailed(_logger, operation, exception);
            error = SqsError.InternalFailure;
        }

        return (JsonSerializer.SerializeToUtf8Bytes(new ErrorAnswer(error.Type, error.Message), SqsJson.Instance.ErrorAnswer), error);
    }

    private static SqsError? ErrorOf(SqsFaultKind? fault) => fault switch
    {
        SqsFaultKind.Throttle => SqsError.Throttled,
        SqsFaultKind.InternalError => SqsError.InternalFailure,
        SqsFaultKind.ServiceUnavailable => SqsError.ServiceUnavailable,
        SqsFaultKind.ExpiredCredentials => SqsError.ExpiredToken,
        SqsFaultKind.WrongSignature => SqsError.BadSignature("The request signature we calculated does not match the signature you provided."),
        SqsFaultKind.AccessDenied => SqsError.AccessDenied,
        SqsFaultKind.OverLimit => SqsError.OverLimit,
        _ => null,
    };

    private async Task AnswerAsync(HttpContext context, SqsFaultKind? fault, byte[] answer, SqsError? error)
    {
        switch (fault)
        {
            case SqsFaultKind.Reset or SqsFaultKind.ResetAfterExecution:
                Reset(context);
                return;
            case SqsFaultKind.Hang:
                await HangAsync(context);
                return;
            default:
                break;
        }

        var response = context.Response;
        response.ContentType = ContentType;
        response.ContentLength = answer.Length;
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

        if (fault == SqsFaultKind.HangMidBody)
        {
            await response.BodyWriter.WriteAsync(answer.AsMemory(0, answer.Length / 2));
            await HangAsync(context);
            return;
        }

        await response.BodyWriter.WriteAsync(answer);
    }

    private Task HangAsync(HttpContext context) => Task.Delay(Timeout.InfiniteTimeSpan, _clock.TimeProvider, context.RequestAborted);

    private static void Reset(HttpContext context)
    {
        // Without lingering, closing sends RST instead of FIN.
        if (context.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Close();
        }

        context.Abort();
    }

    // Not Guid.NewGuid: that asks the kernel for random bytes each time.
    private static string RequestId()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes);
        return new Guid(bytes).ToString();
    }
}
