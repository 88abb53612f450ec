using EntitlementCache.Messages;
using EntitlementCache.Observability;
using EntitlementCache.Settings;
using Polly;
using Polly.Retry;

namespace EntitlementCache.EdgeApi;

/// <summary>
/// Stigg's Edge API: what a customer is entitled to now, and the remote configuration. Calls are bounded in number, counted, tried again while there
/// is hope of an answer within seconds, and not made at all while the API is known not to work.
/// </summary>
internal sealed class EdgeApiClient : IDisposable
{
    // With their pauses three attempts fit into the life of a message's handle unless each runs into its deadline.
    private const int Attempts = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    // A message that must wait longer than this waits in the queue.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly EdgeHttp _http;
    private readonly EdgeBreaker _breaker;
    private readonly EdgeHealth _health;
    private readonly EdgeMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _slots;
    private readonly ResiliencePipeline<FetchedState> _retry;

    public EdgeApiClient(
        EdgeApiSettings settings, EdgeHttp http, EdgeBreaker breaker, EdgeHealth health, EdgeMetrics metrics, TimeProvider time, Func<double> random)
    {
        _http = http;
        _breaker = breaker;
        _health = health;
        _metrics = metrics;
        _time = time;
        _slots = new SemaphoreSlim(settings.Concurrency);
        _retry = new ResiliencePipelineBuilder<FetchedState> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<FetchedState>
            {
                MaxRetryAttempts = Attempts - 1,
                Delay = FirstPause,
                MaxDelay = LongestPause,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Randomizer = random,
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Result is { MayPassSoon: true } state && state.RetryIn <= LongestPause),
                DelayGenerator = arguments => ValueTask.FromResult(PauseAsked(arguments.Outcome.Result!.RetryIn, random())),
            })
            .Build();
    }

    /// <summary>Asks for the state of a customer or resource and reads the answer.</summary>
    /// <param name="customer">Whom; the memory of the ids must live as long as the result.</param>
    /// <param name="sending">
    /// Called once, right before the first request leaves. What happened before this call is in the answer, what happens after it may not be.
    /// </param>
    /// <param name="stopping">Ends waiting (for a free slot, between attempts), not a call under way; the result then has no operation.</param>
    /// <param name="cancellationToken">Ends everything.</param>
    /// <exception cref="OperationCanceledException">Cancelled; every other failure is in the result.</exception>
    public async Task<FetchedState> FetchAsync(CustomerIdentity customer, Func<EdgeAsk> sending, CancellationToken stopping, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellationToken);
        EdgeAsk? ask = null;
        try
        {
            return await _retry.ExecuteAsync(
                async waitingToken => await TryAsync(customer, () => ask ??= sending(), waitingToken, cancellationToken), waiting.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new FetchedState(null);
        }
    }

    /// <summary>Asks once, for callers that pace their calls and therefore decide on each attempt.</summary>
    /// <param name="customer">Whom; the memory of the ids must live as long as the result.</param>
    /// <param name="sentTimestamp">Stands in for a time the answer lacks, Unix ms.</param>
    /// <param name="cancellationToken">Ends everything.</param>
    /// <inheritdoc cref="FetchAsync" path="/exception"/>
    public Task<FetchedState> FetchOnceAsync(CustomerIdentity customer, long sentTimestamp, CancellationToken cancellationToken) =>
        TryAsync(customer, () => new EdgeAsk(sentTimestamp), cancellationToken, cancellationToken);

    /// <summary>Asks once for the remote configuration; bypasses the slots and the pauses of refreshes, because it asks seldom.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; every other failure is in the reply.</exception>
    public async Task<EdgeReply> GetConfigurationAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var reply = await _http.GetConfigurationAsync(cancellationToken);
        _metrics.Called(reply.Result, _time.GetElapsedTime(started));
        _health.Report(reply);
        return reply;
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    /// <summary>The pause the API or the breaker asks for, up to a tenth longer so that not all calls come back at one moment; null: the usual one.</summary>
    private static TimeSpan? PauseAsked(TimeSpan retryIn, double random) => retryIn > TimeSpan.Zero ? retryIn + (retryIn * random / 10) : null;

    private async Task<FetchedState> TryAsync(CustomerIdentity customer, Func<EdgeAsk> sending, CancellationToken waiting, CancellationToken cancellationToken)
    {
        // Asked twice: before the wait for a slot, because it may be pointless, and after it, because it may have been long.
        if (_breaker.Remaining is { Ticks: > 0 } remaining)
        {
            return new FetchedState(null) { RetryIn = remaining };
        }

        await _slots.WaitAsync(waiting);
        try
        {
            return _breaker.TryEnter(out var retryIn)
                ? await CallAsync(customer, sending(), cancellationToken)
                : new FetchedState(null) { RetryIn = retryIn };
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task<FetchedState> CallAsync(CustomerIdentity customer, EdgeAsk ask, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        EdgeReply? reply = null;
        try
        {
            reply = await _http.GetEntitlementsAsync(customer.CustomerIdText, customer.ResourceIdText, cancellationToken, ask.Span);
            var operation = Read(ref reply, customer, ask.SentTimestamp);
            _metrics.Called(reply.Result, _time.GetElapsedTime(started));
            _health.Report(reply);
            return new FetchedState(reply) { Operation = operation, RetryIn = reply.RetryAfter ?? _breaker.Remaining };
        }
        catch
        {
            reply?.Dispose();
            _breaker.Forgotten();
            throw;
        }
    }

    /// <summary>What the answer asks for; one that cannot be read becomes an <see cref="EdgeResult.InvalidAnswer"/>.</summary>
    private static CacheOperation? Read(ref EdgeReply reply, CustomerIdentity customer, long sentTimestamp)
    {
        if (reply.Result == EdgeResult.NotFound)
        {
            return new Purge(MessageType.EntitlementsUpdated, [customer]);
        }

        if (reply.Result != EdgeResult.Ok)
        {
            return null;
        }

        var operation = EntitlementsState.Decode(reply.Body, customer, sentTimestamp);
        if (operation is not Malformed malformed)
        {
            return operation;
        }

        reply.Dispose();
        reply = new EdgeReply(EdgeResult.InvalidAnswer) { Cause = malformed.Reason };
        return null;
    }
}
