namespace Sidecar.Observability;

/// <summary>Measures calls, over gRPC and over HTTP.</summary>
/// <param name="metrics">Where to.</param>
/// <param name="time">Clock.</param>
/// <param name="failures">Gets what nothing below has foreseen.</param>
internal sealed class CallTimer(SidecarMetrics metrics, TimeProvider time, UnexpectedFailures failures)
{
    /// <summary>Now, for <see cref="EndsWith"/>.</summary>
    public long Now => time.GetTimestamp();

    /// <summary>Begins to measure a call; the end is the disposal.</summary>
    /// <param name="call">Its name.</param>
    public Timing Start(string call) => new(metrics, time, call);

    /// <summary>Measures a call that has begun by now.</summary>
    /// <param name="call">Its name.</param>
    /// <param name="started">When, by <see cref="Now"/>.</param>
    /// <param name="answer">Its answer.</param>
    /// <param name="caller">Cancelled when the caller has left.</param>
    /// <returns>The answer; an unexpected failure is logged, and becomes an <see cref="Grpc.Core.RpcException"/> without its text.</returns>
    public Task<TResponse> EndsWith<TResponse>(string call, long started, Task<TResponse> answer, CancellationToken caller)
    {
        // What was in memory has been answered already: no need to wait.
        if (!answer.IsCompletedSuccessfully)
        {
            return MeasureAsync(call, started, answer, caller);
        }

        metrics.Called(call, time.GetElapsedTime(started));
        return answer;
    }

    private async Task<TResponse> MeasureAsync<TResponse>(string call, long started, Task<TResponse> answer, CancellationToken caller)
    {
        try
        {
            return await answer;
        }
        catch (Exception exception) when (UnexpectedFailures.Is(exception, caller))
        {
            throw failures.OfCall(call, exception);
        }
        finally
        {
            metrics.Called(call, time.GetElapsedTime(started));
        }
    }

    /// <summary>One call under way.</summary>
    internal readonly struct Timing(SidecarMetrics metrics, TimeProvider time, string call) : IDisposable
    {
        private readonly long _started = time.GetTimestamp();

        /// <inheritdoc/>
        public void Dispose() => metrics.Called(call, time.GetElapsedTime(_started));
    }
}
