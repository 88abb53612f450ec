using System.Diagnostics;
using EntitlementCache.EdgeApi;
using EntitlementCache.Messages;
using PersistentCacheService.Queue;

namespace PersistentCacheService.Refreshing;

/// <summary>
/// One fetch from the Edge API and one write for all messages that ask for the same customer before the request leaves. Later ones may know of a
/// change that the answer does not contain: they need the next one.
/// </summary>
#pragma warning disable CA1001 // A source without timer and wait handle holds nothing to free; the last message to leave may cancel it after the end.
internal sealed class SharedRefresh
#pragma warning restore CA1001
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<Handled> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _forsaken = new();
    private ReceivedMessage _newest;
    private long _sentTimestamp;
    private int _waiting = 1;
    private bool _isSealed;
    private Activity? _span;

    /// <param name="customer">The customer or resource to fetch, in memory of its own.</param>
    /// <param name="first">The message that asks.</param>
    /// <param name="previous">The one before for this customer; null: none. Never two at a time, so that an older answer is never written last.</param>
    public SharedRefresh(CustomerIdentity customer, ReceivedMessage first, SharedRefresh? previous)
    {
        Customer = customer;
        _newest = first;
        _sentTimestamp = first.Origin.SentTimestamp;
        _span = first.Trace?.Innermost;
        Previous = previous?.End ?? Task.CompletedTask;
        Forsaken = _forsaken.Token;
    }

    /// <summary>The customer or resource to fetch.</summary>
    public CustomerIdentity Customer { get; }

    /// <summary>Completes, never with an error, when this one may begin.</summary>
    public Task Previous { get; }

    /// <summary>How it ended; never fails.</summary>
    public Task<Handled> End => _end.Task;

    /// <summary>No message waits for it any more.</summary>
    public CancellationToken Forsaken { get; }

    /// <summary>The message whose handle lives longest, once sealed.</summary>
    public ReceivedMessage Newest => _newest;

    /// <summary>Adds a message, unless the request has left already.</summary>
    public bool TryJoin(ReceivedMessage message)
    {
        lock (_gate)
        {
            if (_isSealed)
            {
                return false;
            }

            _waiting++;
            _newest = message;
            _span ??= message.Trace?.Innermost;
            _sentTimestamp = Math.Max(_sentTimestamp, message.Origin.SentTimestamp);
            return true;
        }
    }

    /// <summary>A message does not wait for the end.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            if (--_waiting > 0)
            {
                return;
            }

            // A message that joined now would join something that is being given up.
            _isSealed = true;
        }

        _forsaken.Cancel();
    }

    /// <summary>The request leaves: no message joins any more.</summary>
    /// <returns>The latest SentTimestamp of all messages that joined, whose changes are all in the answer, and the span of the first that is traced.</returns>
    public EdgeAsk Seal()
    {
        lock (_gate)
        {
            _isSealed = true;
            return new EdgeAsk(_sentTimestamp, _span);
        }
    }

    /// <summary>Ends the wait of its messages, and of the next one for this customer.</summary>
    public void Complete(Handled end) => _end.TrySetResult(end);
}
