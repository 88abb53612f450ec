using System.Collections.Concurrent;
using EntitlementCache.Observability;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;
using PersistentCacheService.Queue.Sqs;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Queue;

/// <summary>Whether the queue can be consumed at all, from the results of all its calls; logs what an operator should know, at most once a minute.</summary>
/// <param name="time">Clock.</param>
/// <param name="logger">Log.</param>
/// <param name="settings">Which queue: named in the log when there are several.</param>
internal sealed class QueueHealth(TimeProvider time, ILogger<QueueHealth> logger, QueueSettings? settings = null)
{
    // A queue that fails for longer than this is not a blip: three long polls.
    private static readonly TimeSpan Blip = TimeSpan.FromSeconds(60);

    private readonly LogBudget _repeats = new(TimeSpan.FromMinutes(1), time);

    // By operation: a right that is missing for deletes only is not repaired by the next receive.
    private readonly ConcurrentDictionary<string, Failure> _failures = new(StringComparer.Ordinal);
    private readonly string _ofQueue = settings is { IsOneOfSeveral: true } ? $" of {settings.Name}" : "";
    private long _lastSuccess;

    /// <summary>Unix time in seconds of the last call that succeeded; null before the first.</summary>
    public double? LastSuccess => Volatile.Read(ref _lastSuccess) is > 0 and var milliseconds ? milliseconds / 1000.0 : null;

    /// <summary>Whether messages can be received, as far as known; false before the first answer.</summary>
    public bool IsUsable
    {
        get
        {
            foreach (var (_, failure) in _failures)
            {
                if (failure.Kind.IsConfigurationError() || time.GetElapsedTime(failure.Since) >= Blip)
                {
                    return false;
                }
            }

            return LastSuccess is not null;
        }
    }

    /// <summary>Why a call fails; null when none does.</summary>
    public SqsErrorKind? LastFailure => _failures.Values.MaxBy(static failure => failure.Since)?.Kind;

    /// <summary>Timestamp of a call's beginning, for <see cref="Succeeded"/>.</summary>
    public long Begin() => time.GetTimestamp();

    /// <summary>A call succeeded.</summary>
    /// <param name="operation">Which, e.g. <c>ReceiveMessage</c>.</param>
    /// <param name="began">What <see cref="Begin"/> returned before the call. A long poll that was let in before the trouble began proves nothing about now.</param>
    public void Succeeded(string operation, long began)
    {
        Volatile.Write(ref _lastSuccess, time.GetUtcNow().ToUnixTimeMilliseconds());
        if (_failures.TryGetValue(operation, out var failure) && failure.Since <= began && _failures.TryRemove(operation, out failure))
        {
            Log.QueueUsableAgain(logger, operation + _ofQueue, time.GetElapsedTime(failure.Since).TotalSeconds, failure.Kind);
        }
    }

    /// <summary>A call is refused, and that says nothing about the others: nor does what became of it before.</summary>
    /// <param name="operation">Which.</param>
    public void Disregard(string operation) => _failures.TryRemove(operation, out _);

    /// <summary>A call failed.</summary>
    /// <param name="operation">Which, e.g. <c>ReceiveMessage</c>.</param>
    /// <param name="exception">Why.</param>
    public void Failed(string operation, Exception exception)
    {
        var kind = exception.GetSqsErrorKind();
        _failures.AddOrUpdate(
            operation, static (_, arg) => new Failure(arg.kind, arg.now), static (_, before, arg) => before with { Kind = arg.kind }, (kind, now: time.GetTimestamp()));
        if (!_repeats.MayPrint(operation + kind, out var suppressed))
        {
            return;
        }

        if (kind.IsConfigurationError())
        {
            Log.QueueUnusable(logger, operation + _ofQueue, kind, exception.GetSqsRemedy(), exception.GetSqsCause(), suppressed);
        }
        else if (kind == SqsErrorKind.Unknown)
        {
            Log.QueueCallFailedUnexpectedly(logger, exception, operation + _ofQueue, suppressed);
        }
        else
        {
            Log.QueueCallFailed(logger, operation + _ofQueue, kind, exception.GetSqsRemedy(), exception.GetSqsCause(), suppressed);
        }
    }

    private sealed record Failure(SqsErrorKind Kind, long Since);
}
