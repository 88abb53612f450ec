using Amazon.SQS;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;

namespace PersistentCacheService.Consuming;

/// <summary>Whether the queue can be consumed at all, from the results of all its calls; logs what a person should know, at most once a minute.</summary>
/// <param name="time">Clock.</param>
/// <param name="logger">Log.</param>
internal sealed class QueueHealth(TimeProvider time, ILogger<QueueHealth> logger)
{
    // A queue that fails for longer than this is not a blip: three long polls.
    private static readonly TimeSpan Blip = TimeSpan.FromSeconds(60);

    private readonly OncePerInterval _repeats = new(TimeSpan.FromMinutes(1), time);
    private volatile Failure? _failure;
    private long _lastSuccess;

    /// <summary>Unix time in seconds of the last call that succeeded; null before the first.</summary>
    public double? LastSuccess => Volatile.Read(ref _lastSuccess) is > 0 and var milliseconds ? milliseconds / 1000.0 : null;

    /// <summary>Whether messages can be received, as far as known; false before the first answer.</summary>
    public bool IsUsable => _failure is { } failure ? !failure.Kind.IsConfigurationError() && time.GetElapsedTime(failure.Since) < Blip : LastSuccess is not null;

    /// <summary>Why the last call failed; null when it succeeded.</summary>
    public SqsErrorKind? LastFailure => _failure?.Kind;

    /// <summary>A call succeeded.</summary>
    public void Succeeded()
    {
        Volatile.Write(ref _lastSuccess, time.GetUtcNow().ToUnixTimeMilliseconds());
        if (_failure is not null && Interlocked.Exchange(ref _failure, null) is { } failure)
        {
            Log.QueueUsableAgain(logger, time.GetElapsedTime(failure.Since).TotalSeconds, failure.Kind);
        }
    }

    /// <summary>A call failed.</summary>
    /// <param name="operation">Which, e.g. <c>ReceiveMessage</c>.</param>
    /// <param name="exception">Why.</param>
    public void Failed(string operation, Exception exception)
    {
        var kind = exception.GetSqsErrorKind();
        var before = _failure;
        Interlocked.CompareExchange(ref _failure, new Failure(kind, before?.Since ?? time.GetTimestamp()), before);
        if (!_repeats.MayPrint(operation + kind, out var heldBack))
        {
            return;
        }

        if (kind.IsConfigurationError())
        {
            Log.QueueUnusable(logger, operation, kind, Remedy(kind), exception.Message, heldBack);
        }
        else if (kind == SqsErrorKind.Unknown)
        {
            Log.QueueCallFailedUnexpectedly(logger, exception, operation, heldBack);
        }
        else
        {
            Log.QueueCallFailed(logger, operation, kind, exception.Message, heldBack);
        }
    }

    private static string Remedy(SqsErrorKind kind) => kind switch
    {
        SqsErrorKind.QueueDoesNotExist => "check QUEUE_URL and AWS_REGION; the queue must exist in that account and region",
        SqsErrorKind.AccessDenied => "allow sqs:ReceiveMessage, sqs:DeleteMessage, sqs:ChangeMessageVisibility and sqs:GetQueueAttributes on the queue (and kms:Decrypt on its key) for this identity",
        SqsErrorKind.InvalidCredentials => "the access key or its secret is wrong: check the credentials of this process",
        SqsErrorKind.ExpiredCredentials => "the session token has expired: check what renews the credentials of this process",
        SqsErrorKind.CredentialsUnavailable => "no AWS credentials were found: attach a role (IRSA, Pod Identity, ECS, EC2) or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        SqsErrorKind.ClockSkew => "the clock of this machine is wrong: synchronise it",
        _ => "the queue refuses the request: check QUEUE_URL, BATCH_SIZE, WAIT_TIME_IN_SECS and VISIBILITY_TIMEOUT_IN_SECS",
    };

    private sealed record Failure(SqsErrorKind Kind, long Since);
}
