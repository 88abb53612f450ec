using Microsoft.Extensions.Logging;
using PersistentCacheService.Caching;
using PersistentCacheService.EdgeApi;
using PersistentCacheService.Messages;
using PersistentCacheService.Observability;
using PersistentCacheService.Redis;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Consuming;

/// <summary>
/// Brings customers up to date whose messages carry only an id: asks the Edge API, writes its answer, and only then lets the message be deleted.
/// Waiting messages are set aside, so that they hold no place of others; when the API does not work they go back to the queue with growing delays.
/// </summary>
internal sealed class Refresher(
    EdgeApiClient edge,
    EntitlementCache cache,
    CacheWriter writer,
    WriteGate gate,
    InFlightLimiter limiter,
    QueueProperties queue,
    CacheSettings settings,
    ShutdownPhases phases,
    MemoryShortage memory,
    TimeProvider time,
    Func<double> random,
    ILogger<Refresher> logger)
{
    /// <summary>
    /// Messages set aside for each call that may be made at once. A waiting message is about a kilobyte and calls take 0.1 s or less: 64 of them wait
    /// for 7 s at most, well within the life of their handles.
    /// </summary>
    public const int WaitingPerCall = 64;

    // Customers of one message that are refreshed at once: as many as calls are made at once by default, so that one message keeps the API busy.
    private const int CustomersAtOnce = 16;

    // Two deadlines of a call. Who waits longer is given back while the handle lives, for a time of our choice.
    private static readonly TimeSpan LongestStay = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string CustomerId, string? ResourceId), SharedRefresh> _latest = [];
    private readonly LogBudget _repeats = new(TimeSpan.FromMinutes(1), time);
    private int _inFlight;

    /// <summary>Customers being fetched or waiting to be.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Handles a message: all its customers, or it is given back as a whole.</summary>
    /// <param name="message">The message; its body is not needed.</param>
    /// <param name="refresh">What it asks for, in memory of its own.</param>
    /// <returns>How it ended, and what to give back when it failed.</returns>
    public async ValueTask<(MessageOutcome Outcome, MessageReturn? GiveBack)> RefreshAsync(ReceivedMessage message, Refresh refresh)
    {
        var customers = await WithoutAbsentAsync(message, refresh.Customers);
        if (customers.Count == 0)
        {
            return (MessageOutcome.SkippedAbsent, null);
        }

        if (!limiter.TrySetAside())
        {
            return (MessageOutcome.Failed, PutOff(message, refresh, ReturnReason.EdgeApiBusy, "too many wait already", TimeSpan.Zero));
        }

        try
        {
            var end = await RefreshAllAsync(message, customers);
            return (end.Outcome, end.Outcome == MessageOutcome.Failed ? GiveBack(message, refresh, end) : null);
        }
        finally
        {
            limiter.TakeBack();
        }
    }

    /// <summary>The customers there is anything to refresh for.</summary>
    private async ValueTask<IReadOnlyList<CustomerIdentity>> WithoutAbsentAsync(ReceivedMessage message, IReadOnlyList<CustomerIdentity> customers)
    {
        if (settings.UpdatePolicy != CacheUpdatePolicy.UpdateIfExists)
        {
            return customers;
        }

        var present = new List<CustomerIdentity>(customers.Count);
        foreach (var customer in customers)
        {
            if (await MayBeCachedAsync(message, customer))
            {
                present.Add(customer);
            }
        }

        return present;
    }

    /// <returns>The end of the first that failed; else of one that was written, if any was.</returns>
    private async ValueTask<RefreshEnd> RefreshAllAsync(ReceivedMessage message, IReadOnlyList<CustomerIdentity> customers)
    {
        var total = new RefreshEnd(MessageOutcome.SkippedAbsent);
        foreach (var together in customers.Chunk(CustomersAtOnce))
        {
            var ends = await Task.WhenAll(together.Select(customer => WaitAsync(message, Join(message, customer)).AsTask()));
            foreach (var end in ends)
            {
                if (end.Outcome == MessageOutcome.Failed)
                {
                    return end;
                }

                total = total.Outcome == MessageOutcome.Refreshed ? total : end;
            }
        }

        return total;
    }

    /// <summary>Whether there is anything to refresh. When Redis does not tell, there may be: the write will ask again.</summary>
    private async ValueTask<bool> MayBeCachedAsync(ReceivedMessage message, CustomerIdentity customer)
    {
        try
        {
            return await cache.ContainsAsync(customer, message.HandleExpires);
        }
        catch (RedisFailureException exception)
        {
            gate.Report(exception);
            return true;
        }
    }

    private SharedRefresh Join(ReceivedMessage message, CustomerIdentity customer)
    {
        var key = (customer.CustomerIdText, customer.ResourceIdText);
        SharedRefresh shared;
        lock (_lock)
        {
            if (_latest.TryGetValue(key, out var latest) && latest.TryJoin(message))
            {
                return latest;
            }

            shared = new SharedRefresh(customer, message, latest);
            _latest[key] = shared;
        }

        _ = RunAsync(shared, key);
        return shared;
    }

    private async ValueTask<RefreshEnd> WaitAsync(ReceivedMessage message, SharedRefresh shared)
    {
        var patience = message.Patience(time);
        try
        {
            return await shared.End.WaitAsync(patience < LongestStay ? patience : LongestStay, time, message.HandleExpires);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            shared.Leave();
            return new RefreshEnd(MessageOutcome.Failed) { Failure = EdgeResult.Timeout };
        }
    }

    /// <summary>Fetches and writes for all who joined; ends by itself, whatever happens.</summary>
    private async Task RunAsync(SharedRefresh shared, (string CustomerId, string? ResourceId) key)
    {
        Interlocked.Increment(ref _inFlight);
        var end = new RefreshEnd(MessageOutcome.Failed);
        try
        {
            await shared.Previous;
            end = await FetchAndWriteAsync(shared);
        }
        catch (OperationCanceledException) when (shared.Forsaken.IsCancellationRequested)
        {
            // Nobody waits for the end.
        }
        catch (Exception exception)
        {
            if (!memory.Observe(exception) && _repeats.MayPrint(nameof(Log.RefreshFailed), out var heldBack))
            {
                Log.RefreshFailed(logger, exception, heldBack);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
            lock (_lock)
            {
                if (_latest.TryGetValue(key, out var latest) && ReferenceEquals(latest, shared))
                {
                    _latest.Remove(key);
                }
            }

            shared.Complete(end);
        }
    }

    private async Task<RefreshEnd> FetchAndWriteAsync(SharedRefresh shared)
    {
        using var state = await edge.FetchAsync(shared.Customer, shared.Seal, phases.Stopping, shared.Forsaken);
        if (state.Operation is not { } operation)
        {
            return new RefreshEnd(MessageOutcome.Failed) { Failure = state.Result, RetryIn = state.RetryIn };
        }

        var (outcome, giveBack) = await writer.WriteAsync(shared.Newest, operation);
        return new RefreshEnd(outcome == MessageOutcome.Written ? MessageOutcome.Refreshed : outcome) { GiveBack = giveBack };
    }

    private MessageReturn GiveBack(ReceivedMessage message, Refresh refresh, in RefreshEnd end)
    {
        if (phases.Stopping.IsCancellationRequested)
        {
            return new MessageReturn(message, ReturnReason.Stopping, TimeSpan.Zero);
        }

        return end.GiveBack is { } giveBack
            ? giveBack with { Message = message }
            : PutOff(message, refresh, ReturnReason.EdgeApiUnavailable, end.Failure?.ToString() ?? "it is known not to work", end.RetryIn);
    }

    private MessageReturn PutOff(ReceivedMessage message, Refresh refresh, ReturnReason reason, string cause, TimeSpan retryIn)
    {
        var delay = GiveBackDelays.EdgeApi(message.ReceiveCount, queue.MaxReceiveCount, retryIn, random());
        if (_repeats.MayPrint(cause, out var heldBack))
        {
            Log.RefreshPutOff(logger, message.MessageId, refresh.Type, cause, delay.TotalSeconds, message.ReceiveCount, heldBack);
        }

        return new MessageReturn(message, reason, delay);
    }
}
