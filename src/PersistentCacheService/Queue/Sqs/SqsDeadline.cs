namespace PersistentCacheService.Queue.Sqs;

/// <summary>Hard deadlines of calls, credentials and the answer's body included: the SDK has none for asynchronous calls.</summary>
internal static class SqsDeadline
{
    /// <summary>What a call may take beyond the wait that it asks for: longer than one try to get credentials, whose failure says more than a timeout.</summary>
    public static readonly TimeSpan BeyondTheWait = TimeSpan.FromSeconds(12);

    /// <summary>Makes a call.</summary>
    /// <exception cref="TimeoutException">There was no complete answer within <paramref name="limit"/>.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> ended it.</exception>
    public static async Task<TResponse> CallAsync<TRequest, TResponse>(
        Func<TRequest, CancellationToken, Task<TResponse>> call, TRequest request, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        using var end = new CancellationTokenSource(limit, time);
        await using var early = cancellationToken.UnsafeRegister(static end => ((CancellationTokenSource)end!).Cancel(), end);
        var answer = call(request, end.Token);
        try
        {
            // The token alone would not do: the SDK waits for credentials without one.
            return await answer.WaitAsync(end.Token);
        }
        catch (Exception exception)
        {
            // When it fails later, nothing more is to be told: the caller has its failure.
            _ = answer.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            cancellationToken.ThrowIfCancellationRequested();
            if (end.IsCancellationRequested)
            {
                throw new TimeoutException($"no complete answer within {limit.TotalSeconds:0.#} s", exception);
            }

            throw;
        }
    }
}
