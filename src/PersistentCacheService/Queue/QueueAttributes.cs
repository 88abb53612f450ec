using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;
using PersistentCacheService.Queue.Sqs;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Queue;

/// <summary>What the queue itself says about its deliveries; known shortly after the start and refreshed now and then.</summary>
/// <param name="settings">May override the visibility timeout.</param>
internal sealed class QueueProperties(QueueSettings settings)
{
    // A queue may have none. Its messages can be deleted none the less, and some time must be left to apply them.
    private static readonly TimeSpan ShortestVisibilityTimeout = TimeSpan.FromSeconds(1);

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
            var visibility = VisibilityTimeout > ShortestVisibilityTimeout ? VisibilityTimeout : ShortestVisibilityTimeout;
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

/// <summary>
/// Reads the queue's attributes at the start and now and then, but not while no message comes: every call costs. Warns of settings
/// under which messages can get lost. Fails softly: consuming does not need it.
/// </summary>
internal sealed class QueueAttributesMonitor(
    ConsumedQueue queue,
    QueueSettings settings,
    QueueProperties properties,
    QueueHealth health,
    TimeProvider time,
    ILogger<QueueAttributesMonitor> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(15);

    // Redis may be away for some seconds and an SDK may hold a lock for some: a handle should outlive both.
    private static readonly TimeSpan ShortVisibilityTimeout = TimeSpan.FromSeconds(15);

    // Below it a deployment and a short outage together can send good messages to the dead-letter queue.
    private const int FewReceives = 3;

    private string? _warned;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var received = queue.Received;
            var isKnown = await RefreshAsync(stoppingToken);
            do
            {
                await Task.Delay(isKnown ? Interval : RetryInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            while (isKnown && queue.Received == received && !stoppingToken.IsCancellationRequested);
        }
    }

    private async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            Apply(await queue.GetAttributesAsync(cancellationToken));
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return true;
        }
        catch (Exception exception)
        {
            // A missing right for this call alone says nothing about the queue's health: the receive calls show whether it can be consumed.
            if (exception.GetSqsErrorKind() == SqsErrorKind.AccessDenied)
            {
                health.Disregard("GetQueueAttributes");
                Log.QueueAttributesDenied(logger, exception.GetSqsCause());
                return true;
            }

            health.Failed("GetQueueAttributes", exception);
            return false;
        }
    }

    private void Apply(IReadOnlyDictionary<string, string> attributes)
    {
        if (attributes.TryGetValue("VisibilityTimeout", out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            properties.SetOwnVisibilityTimeout(TimeSpan.FromSeconds(seconds));
        }

        var maxReceiveCount = MaxReceiveCount(attributes.GetValueOrDefault("RedrivePolicy"));
        properties.SetMaxReceiveCount(maxReceiveCount);
        var warning = FindWarning(maxReceiveCount);
        if (warning is not null && warning != _warned)
        {
            Log.QueueWarning(logger, settings.Name, warning);
        }

        _warned = warning;
    }

    private string? FindWarning(int? maxReceiveCount)
    {
        if (maxReceiveCount is null)
        {
            return "it has no redrive policy: malformed messages are delivered again and again until their retention ends";
        }

        if (maxReceiveCount < FewReceives)
        {
            return string.Create(CultureInfo.InvariantCulture, $"its redrive policy moves messages after {maxReceiveCount} receives: a deployment during a short outage can move good ones; use at least {FewReceives}");
        }

        return properties.VisibilityTimeout < ShortVisibilityTimeout
            ? string.Create(CultureInfo.InvariantCulture, $"its visibility timeout is {properties.VisibilityTimeout.TotalSeconds:0} s: messages are delivered twice when Redis hesitates; use at least {ShortVisibilityTimeout.TotalSeconds:0} s")
            : null;
    }

    private int? MaxReceiveCount(string? redrivePolicy)
    {
        if (string.IsNullOrEmpty(redrivePolicy))
        {
            return null;
        }

        try
        {
            using var policy = JsonDocument.Parse(redrivePolicy);

            // AWS writes a number; older tools and emulators write a string.
            var count = policy.RootElement.GetProperty("maxReceiveCount");
            return int.Parse(count.ToString(), NumberStyles.None, CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or FormatException or OverflowException or InvalidOperationException)
        {
            Log.RedrivePolicyUnreadable(logger, exception.Message);
            return int.MaxValue;
        }
    }
}
