using EntitlementCache.Observability;
using Grpc.Core;

namespace Sidecar.Observability;

/// <summary>What should never happen in a call: each kind is logged once a minute with where it happened, and the caller is answered.</summary>
/// <param name="time">Clock.</param>
/// <param name="logger">Log.</param>
internal sealed class UnexpectedFailures(TimeProvider time, ILogger<UnexpectedFailures> logger)
{
    private readonly LogBudget _repeats = new(TimeSpan.FromMinutes(1), time);

    /// <summary>Whether a call's failure is neither an answer of its own nor the caller's leaving.</summary>
    /// <param name="exception">The failure.</param>
    /// <param name="caller">Cancelled when the caller has left.</param>
    public static bool Is(Exception exception, CancellationToken caller) =>
        exception is not RpcException && !(exception is OperationCanceledException && caller.IsCancellationRequested);

    /// <summary>A read failed; what is still cached answers it, else the fallback.</summary>
    public void OfRead(Exception exception)
    {
        if (_repeats.MayPrint($"read {exception.GetType().Name}", out var suppressed))
        {
            Log.ReadFailed(logger, exception, suppressed);
        }
    }

    /// <summary>A call failed that has no fallback.</summary>
    /// <returns>What to tell the caller: nothing of the failure's text.</returns>
    public RpcException OfCall(string call, Exception exception)
    {
        if (_repeats.MayPrint($"{call} {exception.GetType().Name}", out var suppressed))
        {
            Log.CallFailed(logger, call, exception, suppressed);
        }

        return new RpcException(new Status(StatusCode.Internal, "An unexpected failure; the Sidecar's log has more."));
    }
}
