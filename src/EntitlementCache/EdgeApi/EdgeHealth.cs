using EntitlementCache.Observability;
using Microsoft.Extensions.Logging;

namespace EntitlementCache.EdgeApi;

/// <summary>Whether the Edge API can be used, from the results of all calls; logs what an operator should know, each thing at most once a minute.</summary>
/// <param name="breaker">Learns how each call ended.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Log.</param>
/// <param name="consequence">What it means for the program's work while calls fail: a sentence without its full stop.</param>
internal sealed class EdgeHealth(EdgeBreaker breaker, TimeProvider time, ILogger<EdgeHealth> logger, string consequence = "What needs it waits")
{
    private readonly LogBudget _repeats = new(TimeSpan.FromMinutes(1), time);
    private Trouble? _trouble;
    private int _answered;

    /// <summary>Why calls fail now; null while they succeed, and before the first.</summary>
    public EdgeResult? Failure => Volatile.Read(ref _trouble)?.Result;

    /// <summary>
    /// The member <c>edgeApi</c> of <c>/readyz</c>: <c>UNKNOWN</c> before the first answer, <c>CONNECTED</c>, <c>UNAUTHORIZED</c> (the key is refused), or
    /// <c>UNAVAILABLE</c> (calls fail, and pause).
    /// </summary>
    public string Status => Failure switch
    {
        { } failure when failure.IsConfigurationError() => "UNAUTHORIZED",
        not null when breaker.IsOpen => "UNAVAILABLE",
        _ => Volatile.Read(ref _answered) == 1 ? "CONNECTED" : "UNKNOWN",
    };

    /// <summary>A call that <see cref="EdgeBreaker.TryEnter"/> admitted ended.</summary>
    public void Report(EdgeReply reply)
    {
        if (!reply.Result.ConcernsAll())
        {
            breaker.Succeeded();
            Recovered();
            if (!reply.Result.IsAnswer() && _repeats.MayPrint(reply.Result.ToString(), out var suppressed))
            {
                Log.EdgeAnswerUnusable(logger, reply.Result, reply.Cause, suppressed);
            }

            return;
        }

        var before = Volatile.Read(ref _trouble);
        Interlocked.CompareExchange(ref _trouble, new Trouble(reply.Result, before?.Since ?? time.GetTimestamp()), before);
        var opened = breaker.Failed(atOnce: reply.Result.IsConfigurationError(), reply.RetryAfter);
        Tell(reply, opened);
    }

    private void Recovered()
    {
        Volatile.Write(ref _answered, 1);
        if (Volatile.Read(ref _trouble) is not null && Interlocked.Exchange(ref _trouble, null) is { } trouble)
        {
            Log.EdgeApiUsableAgain(logger, time.GetElapsedTime(trouble.Since).TotalSeconds, trouble.Result);
        }
    }

    private void Tell(EdgeReply reply, bool opened)
    {
        if (_repeats.MayPrint(reply.Result.ToString(), out var suppressed))
        {
            if (reply.Result.IsConfigurationError())
            {
                Log.EdgeApiRefusesKey(logger, reply.Result, Remedy(reply.Result), consequence, suppressed);
            }
            else
            {
                Log.EdgeCallFailed(logger, reply.Result, reply.Cause, suppressed);
            }
        }

        if (opened && _repeats.MayPrint(nameof(opened), out _))
        {
            Log.EdgeApiPauses(logger, reply.Result, breaker.Remaining.TotalSeconds, consequence);
        }
    }

    private static string Remedy(EdgeResult result) => result == EdgeResult.Unauthorized
        ? "check SERVER_API_KEY: it is wrong, revoked, or of another environment than EDGE_API_URL serves"
        : "check SERVER_API_KEY: it must be a server key with the right to read entitlements";

    private sealed record Trouble(EdgeResult Result, long Since);
}
