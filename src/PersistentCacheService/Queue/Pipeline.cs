using EntitlementCache.Messages;

namespace PersistentCacheService.Queue;

/// <summary>The way of a message: decode, apply, settle. Messages of a batch are applied concurrently, so that their Redis commands share writes.</summary>
internal sealed class Pipeline(MessageApplier applier, Settler settler, MemoryShortage memory, MessageRecord record, MessageLog log)
{
    /// <summary>
    /// Starts the processing of messages and returns at once; each ends by itself, whatever happens. Messages of one FIFO group are processed one after the
    /// other.
    /// </summary>
    public void Start(IReadOnlyList<ReceivedMessage> messages)
    {
        if (messages is [{ GroupId: not null }, ..])
        {
            foreach (var group in messages.GroupBy(static message => message.GroupId ?? ""))
            {
                _ = ProcessGroupAsync(group);
            }

            return;
        }

        foreach (var message in messages)
        {
            _ = ProcessAsync(message);
        }
    }

    /// <summary>Returns messages that came while the service stops.</summary>
    public void Return(IReadOnlyList<ReceivedMessage> messages)
    {
        foreach (var message in messages)
        {
            Return(message, ReturnReason.Stopping);
        }
    }

    /// <summary>
    /// When a message is not applied, the rest of its group is returned at once; the queue hides it as long as the first one is hidden.
    /// </summary>
    private async Task ProcessGroupAsync(IEnumerable<ReceivedMessage> group)
    {
        var inOrder = true;
        foreach (var message in group)
        {
            if (inOrder)
            {
                inOrder = await ProcessAsync(message) != SettlementAction.Return;
            }
            else
            {
                Return(message, ReturnReason.GroupOrder);
            }
        }
    }

    private void Return(ReceivedMessage message, ReturnReason reason)
    {
        message.Done();
        var handled = Handled.Failed(reason);
        message.Trace?.Ended(MessageType.None, handled);
        settler.Settle(message, handled);
    }

    private async Task<SettlementAction> ProcessAsync(ReceivedMessage message)
    {
        var type = MessageType.None;
        Handled handled;
        try
        {
            using var decoded = message.Trace is { } trace ? trace.Decode(message) : MessageDecoder.Decode(message.Body, message.Origin);
            type = decoded.Type;
            if (decoded is not Malformed)
            {
                record.Received(message);
            }

            if (decoded is Refresh)
            {
                // It may wait for long and needs nothing of the body.
                message.BodyDone();
            }

            message.Trace?.Applying(decoded);
            handled = await applier.ApplyAsync(message, decoded);
            applier.Observe(decoded, handled);
            log.Handled(message, type, decoded.Customer, handled.Outcome);
        }
        catch (Exception exception)
        {
            handled = Failed(message, exception);
        }
        finally
        {
            message.Done();
        }

        record.Handled(message, type, handled.Outcome);
        message.Trace?.Ended(type, handled);
        var settlement = settler.Settle(message, handled);
        if (settlement.Reason is ReturnReason.EdgeApiUnavailable or ReturnReason.EdgeApiBusy)
        {
            log.WaitsForEdgeApi(message, type, handled.Cause, settlement.Delay);
        }

        return settlement.Action;
    }

    private Handled Failed(ReceivedMessage message, Exception exception)
    {
        if (memory.Observe(exception))
        {
            return Handled.Failed(ReturnReason.OutOfMemory);
        }

        log.Failed(message, exception);
        return Handled.Failed(ReturnReason.WriteRefused);
    }
}
