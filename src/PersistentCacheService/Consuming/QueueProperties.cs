using PersistentCacheService.Settings;

namespace PersistentCacheService.Consuming;

/// <summary>What the queue itself says about its deliveries; known shortly after the start and refreshed now and then.</summary>
/// <param name="settings">May override the visibility timeout.</param>
internal sealed class QueueProperties(QueueSettings settings)
{
    // SQS's default for a new queue, until the queue's own is known.
    private static readonly TimeSpan DefaultVisibilityTimeout = TimeSpan.FromSeconds(30);

    private int _maxReceiveCount;
    private long _ownVisibilityTicks = DefaultVisibilityTimeout.Ticks;

    /// <summary>How long a received message stays hidden.</summary>
    public TimeSpan VisibilityTimeout => settings.VisibilityTimeout ?? new TimeSpan(Volatile.Read(ref _ownVisibilityTicks));

    /// <summary>
    /// How long a handle is used after the receive call returned: the visibility timeout without a margin for the way of the answer
    /// and of the delete call (2 s, or a quarter of short timeouts).
    /// </summary>
    public TimeSpan HandleLife
    {
        get
        {
            var visibility = VisibilityTimeout;
            var margin = visibility / 4;
            return visibility - (margin < TimeSpan.FromSeconds(2) ? margin : TimeSpan.FromSeconds(2));
        }
    }

    /// <summary>Deliveries after which the queue moves a message to its dead-letter queue; null while it is not known, and when there is none.</summary>
    public int? MaxReceiveCount => Volatile.Read(ref _maxReceiveCount) is > 0 and var count ? count : null;

    /// <summary>Takes over what the queue's redrive policy says; null: there is none.</summary>
    public void SetMaxReceiveCount(int? count) => Volatile.Write(ref _maxReceiveCount, count ?? 0);

    /// <summary>Takes over the queue's own visibility timeout.</summary>
    public void SetOwnVisibilityTimeout(TimeSpan visibility) => Volatile.Write(ref _ownVisibilityTicks, visibility.Ticks);
}
