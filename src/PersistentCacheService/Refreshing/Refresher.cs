using EntitlementCache.EdgeApi;
using EntitlementCache.Messages;
using EntitlementCache.Observability;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Applying;
using PersistentCacheService.Observability;
using PersistentCacheService.Queue;

namespace PersistentCacheService.Refreshing;

/// <summary>
/// Handles messages that carry only the id of a customer: asks the Edge API, writes its answer, and only then lets the message be deleted.
/// Waiting messages are set aside, so that they take no place of others; when the API does not work they go back to the queue with growing delays.
/// </summary>
internal sealed class Refresher(
    EdgeApiClient edge, CacheWriter writer, InFlightLimiter permits, ShutdownPhases phases, MemoryShortage memory, TimeProvider time, ILogger<Refresher> logger)
{
    /// <summary>
    /// Messages set aside for each call that may be made at once. A waiting message is about a kilobyte and calls take 0.1 s or less: 64 of them wait
    /// for 7 s at most, well within the life of their handles.
    /// </summary>
    public const int WaitingPerCall = 64;

    // Customers of one message that are refreshed at once: as many as calls are made at once by default, so that one message keeps the API busy.
    private const int CustomersAtOnce = 16;

    // Two deadlines of a call. A message that waits longer is returned while its handle lives, for a time of our choice.
    private static readonly TimeSpan LongestStay = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string CustomerId, string? ResourceId), SharedRefresh> _latest = [];
    private readonly LogBudget _repeats = new(TimeSpan.FromMinutes(1), time);
    private int _inFlight;

    /// <summary>Customers being fetched or waiting to be.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Handles a message: all its customers, or it is returned as a whole.</summary>
    /// <param name="message">The message; its body is not needed.</param>
    /// <param name="refresh">What it asks for, in memory of its own.</param>
    public async ValueTask<Handled> RefreshAsync(ReceivedMessage message, Refresh refresh)
    {
        var each = new List<(CustomerIdentity Customer, MessageOutcome Outcome)>(refresh.Customers.Count);
        var customers = await WithoutUselessAsync(message, refresh.Customers, each);
        if (customers.Count == 0)
        {
            return new Handled(MessageOutcome.SkippedAbsent) { Each = each };
        }

        if (!permits.TrySetAside())
        {
            return Handled.Failed(ReturnReason.EdgeApiBusy) with { Cause = "too many wait already" };
        }

        try
        {
            return await RefreshAllAsync(message, customers, each);
        }
        finally
        {
            permits.TakeBack();
        }
    }

    /// <summary>The customers that a refresh can be of use for.</summary>
    private async ValueTask<List<CustomerIdentity>> WithoutUselessAsync(
        ReceivedMessage message, IReadOnlyList<CustomerIdentity> customers, List<(CustomerIdentity Customer, MessageOutcome Outcome)> each)
    {
        var useful = new List<CustomerIdentity>(customers.Count);
        foreach (var customer in customers)
        {
            if (await writer.MayBeOfUseAsync(message, customer))
            {
                useful.Add(customer);
            }
            else
            {
                each.Add((customer, MessageOutcome.SkippedAbsent));
            }
        }

        return useful;
    }

    /// <returns>How the first that failed ended; else how one that was written did, if any was.</returns>
    private async ValueTask<Handled> RefreshAllAsync(ReceivedMessage message, List<CustomerIdentity> customers, List<(CustomerIdentity Customer, MessageOutcome Outcome)> each)
    {
        var total = new Handled(MessageOutcome.SkippedAbsent);
        foreach (var together in customers.Chunk(CustomersAtOnce))
        {
            var ends = await Task.WhenAll(together.Select(customer => WaitAsync(message, Join(message, customer)).AsTask()));
            each.AddRange(together.Zip(ends, static (customer, end) => (customer, end.Outcome)));
            foreach (var end in ends)
            {
                if (end.Outcome == MessageOutcome.Failed)
                {
                    return end with { Each = each };
                }

                total = total.Outcome == MessageOutcome.Refreshed ? total : end;
            }
        }

        return total with { Each = each };
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

    private async ValueTask<Handled> WaitAsync(ReceivedMessage message, SharedRefresh shared)
    {
        var patience = message.Patience;
        try
        {
            return await shared.End.WaitAsync(patience < LongestStay ? patience : LongestStay, time, message.HandleExpires);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            shared.Leave();
            return Unanswered(EdgeResult.Timeout, TimeSpan.Zero);
        }
    }

    /// <summary>Fetches and writes for all messages that joined; ends by itself, whatever happens.</summary>
    private async Task RunAsync(SharedRefresh shared, (string CustomerId, string? ResourceId) key)
    {
        Interlocked.Increment(ref _inFlight);
        var end = Handled.Failed(ReturnReason.EdgeApiUnavailable);
        try
        {
            await shared.Previous;
            end = await FetchAndWriteAsync(shared);
        }
        catch (OperationCanceledException) when (shared.Forsaken.IsCancellationRequested)
        {
            // No message waits for the end.
        }
        catch (Exception exception)
        {
            if (!memory.Observe(exception) && _repeats.MayPrint(nameof(Log.RefreshFailed), out var suppressed))
            {
                Log.RefreshFailed(logger, exception, suppressed);
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

    private async Task<Handled> FetchAndWriteAsync(SharedRefresh shared)
    {
        using var state = await edge.FetchAsync(shared.Customer, shared.Seal, phases.Stopping, shared.Forsaken);
        if (state.Operation is not { } operation)
        {
            return Unanswered(state.Result, state.RetryIn);
        }

        var handled = await writer.WriteAsync(shared.Newest, operation);
        return handled.Outcome == MessageOutcome.Written ? new Handled(MessageOutcome.Refreshed) : handled;
    }

    private static Handled Unanswered(EdgeResult? result, TimeSpan retryIn) =>
        Handled.Failed(ReturnReason.EdgeApiUnavailable) with { Cause = result?.ToString(), RetryIn = retryIn };
}
