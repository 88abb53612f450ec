namespace Sidecar.Observability;

/// <summary>Measures calls, over gRPC and over HTTP.</summary>
/// <param name="metrics">Where to.</param>
/// <param name="time">Clock.</param>
internal sealed class CallTimer(SidecarMetrics metrics, TimeProvider time)
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
    public Task<TResponse> EndsWith<TResponse>(string call, long started, Task<TResponse> answer)
    {
        // What was in memory has been answered already: no need to wait.
        if (!answer.IsCompletedSuccessfully)
        {
            return MeasureAsync(call, started, answer);
        }

        metrics.Called(call, time.GetElapsedTime(started));
        return answer;
    }

    private async Task<TResponse> MeasureAsync<TResponse>(string call, long started, Task<TResponse> answer)
    {
        try
        {
            return await answer;
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
