using EntitlementCache.Messages;
using PersistentCacheService.Observability;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Queue;

/// <summary>Why a message is returned to the queue unprocessed; the label <c>reason</c> of <c>persistent_cache_visibility_returns_total</c>.</summary>
internal enum ReturnReason
{
    /// <summary>The service is stopping: another instance may have it at once.</summary>
    Stopping,

    /// <summary>Redis does not take writes and did not recover soon enough.</summary>
    RedisUnavailable,

    /// <summary>An SDK process holds the customer's write lock.</summary>
    CustomerLocked,

    /// <summary>Redis refuses this very write, or processing failed unexpectedly.</summary>
    WriteRefused,

    /// <summary>Memory ran out while it was handled.</summary>
    OutOfMemory,

    /// <summary>An earlier message of its FIFO group was not applied.</summary>
    GroupOrder,

    /// <summary>It needs the Edge API, which does not give the answer now.</summary>
    EdgeApiUnavailable,

    /// <summary>It needs the Edge API, and as many messages as may do so wait for it already.</summary>
    EdgeApiBusy,
}

/// <summary>How the handling of a message ended, in the terms of the part that handled it; <see cref="Settlement"/> says what follows.</summary>
/// <param name="Outcome">The outcome.</param>
internal readonly record struct Handled(MessageOutcome Outcome)
{
    /// <summary>Why it could not be applied now; null unless the outcome is <see cref="MessageOutcome.Failed"/>.</summary>
    public ReturnReason? Reason { get; init; }

    /// <summary>More about the reason, for the log; null: nothing.</summary>
    public string? Cause { get; init; }

    /// <summary>It is pointless to try again before this has passed.</summary>
    public TimeSpan RetryIn { get; init; }

    /// <summary>Of a message that asks for refreshes: how each customer ended, as far as they are known; null of others.</summary>
    public IReadOnlyList<(CustomerIdentity Customer, MessageOutcome Outcome)>? Each { get; init; }

    /// <summary>It was not applied this time.</summary>
    public static Handled Failed(ReturnReason reason) => new(MessageOutcome.Failed) { Reason = reason };
}

/// <summary>What is done with a message whose handling has ended.</summary>
internal enum SettlementAction
{
    /// <summary>Delete it.</summary>
    Acknowledge,

    /// <summary>Make it visible again after a delay of our choice.</summary>
    Return,

    /// <summary>Do nothing: it comes back after its visibility timeout, and the redrive policy decides when that is enough.</summary>
    Leave,
}

/// <summary>What a settlement depends on beside the result.</summary>
/// <param name="ReceiveCount">Deliveries so far, 1 at the first; 0 when the queue did not say.</param>
/// <param name="MaxReceiveCount">Deliveries after which the queue moves a message to its dead-letter queue; null: it never does, or is not known.</param>
/// <param name="WaitTime">Long poll of a receive call.</param>
/// <param name="IsStopping">The service is stopping.</param>
internal readonly record struct Delivery(int ReceiveCount, int? MaxReceiveCount, TimeSpan WaitTime, bool IsStopping);

/// <summary>
/// The one table that says what follows from a result: acknowledge, return with a delay, or leave. Pure arithmetic. Delays are whole seconds, because
/// SQS knows no others.
/// </summary>
/// <param name="Action">What to do.</param>
/// <param name="Reason">Why it is returned; null unless it is.</param>
/// <param name="Delay">How long it then stays hidden.</param>
internal readonly record struct Settlement(SettlementAction Action, ReturnReason? Reason = null, TimeSpan Delay = default)
{
    // Returned messages come back spread over this time instead of all at once.
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(10);

    /// <summary>Settles a message.</summary>
    /// <param name="handled">How its handling ended.</param>
    /// <param name="delivery">The delivery it was handled in.</param>
    /// <param name="random">Evenly random in [0, 1).</param>
    public static Settlement Of(in Handled handled, in Delivery delivery, double random) => handled switch
    {
        { Outcome: MessageOutcome.Malformed } => new Settlement(SettlementAction.Leave),
        { Outcome: MessageOutcome.Failed, Reason: null } => new Settlement(SettlementAction.Leave),
        { Outcome: MessageOutcome.Failed, Reason: ReturnReason.RedisUnavailable or ReturnReason.EdgeApiUnavailable or ReturnReason.EdgeApiBusy } when delivery.IsStopping =>
            new Settlement(SettlementAction.Return, ReturnReason.Stopping),
        { Outcome: MessageOutcome.Failed, Reason: { } reason } => new Settlement(SettlementAction.Return, reason, DelayOf(reason, handled.RetryIn, delivery, random)),
        _ => new Settlement(SettlementAction.Acknowledge),
    };

    private static TimeSpan DelayOf(ReturnReason reason, TimeSpan retryIn, in Delivery delivery, double random) => reason switch
    {
        // Another instance can apply it at once. The queue itself hides the rest of a group as long as its first message is hidden.
        ReturnReason.Stopping or ReturnReason.GroupOrder => TimeSpan.Zero,

        // Longer than any long poll that is still open somewhere can last, so that the message is not received again while it cannot be applied. It then
        // waits visibly, and its receive count grew by one in the whole outage.
        ReturnReason.RedisUnavailable => WholeSeconds(delivery.WaitTime + TimeSpan.FromSeconds(1) + (Spread * random)),

        // An operator who repaired something wants to see it within ten minutes.
        ReturnReason.WriteRefused => UpperHalf(Doubled(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10), delivery), random),

        // A dead SDK process's lock, 5 s, is gone at the first return. With one delivery left the message outlives a lock that is held for 8 minutes in a
        // row, under every redrive policy that allows two deliveries. A shortage of memory is seldom one message's fault: the same.
        ReturnReason.CustomerLocked or ReturnReason.OutOfMemory => UpperHalf(
            IsLast(delivery) ? TimeSpan.FromMinutes(15) : Doubled(TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(10), delivery), random),

        // Doubling, so that an outage uses up few deliveries. With one left, late is better than in the dead-letter queue.
        _ => UpperHalf(
            Longer(retryIn * 2, IsLast(delivery) ? TimeSpan.FromMinutes(30) : Doubled(TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(15), delivery)), random),
    };

    /// <summary>Whether the next delivery is the last one.</summary>
    private static bool IsLast(in Delivery delivery) => delivery.ReceiveCount >= delivery.MaxReceiveCount - 1;

    /// <summary>Doubles with each delivery.</summary>
    private static TimeSpan Doubled(TimeSpan first, TimeSpan longest, in Delivery delivery)
    {
        var full = first * (1 << Math.Clamp(delivery.ReceiveCount - 1, 0, 16));
        return full < longest ? full : longest;
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    // Half of it random, so that messages that failed together do not come back together.
    private static TimeSpan UpperHalf(TimeSpan full, double random) => WholeSeconds(full * (0.5 + (random / 2)));

    private static TimeSpan WholeSeconds(TimeSpan delay) => TimeSpan.FromSeconds(Math.Ceiling(delay.TotalSeconds));
}

/// <summary>Settlements under the circumstances of the moment.</summary>
internal sealed class SettlementRules(QueueSettings settings, QueueProperties properties, ShutdownPhases phases, Func<double> random)
{
    /// <summary>Settles a message.</summary>
    public Settlement For(ReceivedMessage message, in Handled handled) => Settlement.Of(
        handled, new Delivery(message.ReceiveCount, properties.MaxReceiveCount, settings.WaitTime, phases.Stopping.IsCancellationRequested), random());
}
