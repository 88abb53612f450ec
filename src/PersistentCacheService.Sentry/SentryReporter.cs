using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PersistentCacheService.Sentry.Events;
using PersistentCacheService.Sentry.Transport;

namespace PersistentCacheService.Sentry;

/// <summary>
/// Reports errors to Sentry from one background loop behind a bounded queue. Capturing never waits and never throws; a dead or
/// slow Sentry costs dropped, counted events and nothing else. While no DSN is known yet, the first events wait for it.
/// </summary>
public sealed class SentryReporter : IAsyncDisposable
{
    // Five of a kind at once show whether they differ; one more every 12 s is 5 a minute, nothing for the thread that fails.
    private const int BurstOfKind = 5;
    private static readonly TimeSpan RefillOfKind = TimeSpan.FromSeconds(12);

    // The same exceptions from the same place tell nothing new within a minute.
    private static readonly TimeSpan SameTroubleWindow = TimeSpan.FromMinutes(1);

    private readonly SentryOptions _options;
    private readonly TimeProvider _time;
    private readonly RuntimeDescription _runtime;
    private readonly long[] _counts = new long[Enum.GetValues<EventOutcome>().Length];
    private readonly EventThrottle<EventKey> _kinds;
    private readonly EventThrottle<string> _troubles;
    private readonly Channel<SentryEvent> _queue;
    private readonly PendingEvents _pending = new();
    private readonly TaskCompletionSource<Dsn?> _decided = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private volatile ILogger _logger = NullLogger.Instance;
    private volatile string? _malformed;

    /// <summary>Starts the loop; with a DSN in the options, or reporting disabled, that is decided at once.</summary>
    /// <param name="options">What to report with.</param>
    /// <param name="time">The clock.</param>
    public SentryReporter(SentryOptions options, TimeProvider time)
        : this(options, time, RuntimeDescription.Current)
    {
    }

    internal SentryReporter(SentryOptions options, TimeProvider time, RuntimeDescription runtime)
    {
        _options = options;
        _time = time;
        _runtime = runtime;
        _kinds = new EventThrottle<EventKey>(BurstOfKind, RefillOfKind, time);
        _troubles = new EventThrottle<string>(burst: 1, SameTroubleWindow, time);
        _queue = Channel.CreateBounded<SentryEvent>(new BoundedChannelOptions(options.QueueCapacity) { SingleReader = true });
        _loop = Task.Run(RunAsync);
        if (options.Disabled)
        {
            _decided.TrySetResult(null);
        }
        else if (!string.IsNullOrWhiteSpace(options.Dsn))
        {
            Configure(options.Dsn);
        }
    }

    /// <summary>False when events go nowhere: disabled, no DSN, malformed DSN, or the end of the process. True while a DSN may still come.</summary>
    public bool IsOn => !_stop.IsCancellationRequested && (!_decided.Task.IsCompleted || _decided.Task.Result is not null);

    internal TimeSpan FlushTimeout => _options.FlushTimeout;

    internal IReadOnlyCollection<string> TagNames => _options.TagNames;

    internal TimeProvider Time => _time;

    /// <summary>How many events ended in this way since the start: the only place where trouble with Sentry itself shows, besides one warning.</summary>
    public long CountOf(EventOutcome outcome) => Volatile.Read(ref _counts[(int)outcome]);

    /// <summary>Decides where events go. The first decision stands: the environment's DSN before the one of the remote configuration.</summary>
    /// <param name="dsn">The DSN; null or empty switches reporting off.</param>
    public DsnResult Configure(string? dsn)
    {
        if (_decided.Task.IsCompleted)
        {
            return DsnResult.AlreadyDecided;
        }

        if (string.IsNullOrWhiteSpace(dsn))
        {
            return _decided.TrySetResult(null) ? DsnResult.Absent : DsnResult.AlreadyDecided;
        }

        if (!Dsn.TryParse(dsn, out var parsed, out var problem))
        {
            if (!_decided.TrySetResult(null))
            {
                return DsnResult.AlreadyDecided;
            }

            _malformed = problem;
            Log.MalformedDsn(_logger, problem);
            return DsnResult.Malformed;
        }

        if (!_decided.TrySetResult(parsed))
        {
            return DsnResult.AlreadyDecided;
        }

        Log.Enabled(_logger, parsed.Authority, parsed.ProjectId);
        return DsnResult.Enabled;
    }

    /// <summary>Waits until everything captured before is delivered or dropped.</summary>
    /// <param name="budget">The longest wait.</param>
    /// <returns>False when the budget was not enough.</returns>
    public async Task<bool> FlushAsync(TimeSpan budget)
    {
        if (!_decided.Task.IsCompleted)
        {
            // Nothing can be delivered before there is a DSN.
            return false;
        }

        try
        {
            await _pending.WhenNone().WaitAsync(budget, _time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Delivers what is waiting, for at most <see cref="SentryOptions.FlushTimeout"/>, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_queue.Writer.TryComplete())
        {
            await _loop;
            return;
        }

        _decided.TrySetResult(null);
        try
        {
            await _loop.WaitAsync(_options.FlushTimeout, _time);
        }
        catch (TimeoutException)
        {
            // What is still waiting is counted as failed by the loop.
        }

        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    /// <summary>Gives this reporter a log of its own. Not through the constructor: the log's providers need the reporter.</summary>
    internal void LogTo(ILogger logger)
    {
        _logger = logger;
        if (_malformed is { } problem)
        {
            Log.MalformedDsn(logger, problem);
        }
        else if (_decided.Task is { IsCompletedSuccessfully: true, Result: { } dsn })
        {
            Log.Enabled(logger, dsn.Authority, dsn.ProjectId);
        }
    }

    /// <summary>Asks, before anything is formatted, whether one more event of a kind is worth it; counts it when not.</summary>
    /// <param name="key">The kind.</param>
    /// <param name="suppressed">Events of the kind held back since the last one.</param>
    internal bool Admits(EventKey key, out int suppressed)
    {
        if (_kinds.TryPass(key, carried: 0, out suppressed))
        {
            return true;
        }

        Count(EventOutcome.DroppedRepeated);
        return false;
    }

    /// <summary>Queues an event; never waits.</summary>
    internal void Capture(SentryEvent captured)
    {
        _pending.Add();
        if (!_queue.Writer.TryWrite(captured))
        {
            _pending.Remove();
            if (IsOn)
            {
                Count(EventOutcome.DroppedQueueFull);
            }
        }
    }

    private void Count(EventOutcome outcome) => Interlocked.Increment(ref _counts[(int)outcome]);

    private async Task RunAsync()
    {
        if (await _decided.Task is not { } dsn)
        {
            _queue.Writer.TryComplete();
            while (_queue.Reader.TryRead(out _))
            {
                _pending.Remove();
            }

            return;
        }

        using var sender = new EnvelopeSender(dsn, _options, _time, _runtime);
        var healthy = true;
        await foreach (var captured in _queue.Reader.ReadAllAsync(CancellationToken.None))
        {
            var delivery = await DeliverAsync(sender, captured);
            Count(delivery.Outcome);
            _pending.Remove();
            if (delivery.Outcome == EventOutcome.Failed && healthy)
            {
                healthy = false;
                Log.DeliveryFailed(_logger, delivery.Reason ?? "unknown");
            }
            else if (delivery.Outcome == EventOutcome.Sent && !healthy)
            {
                healthy = true;
                Log.DeliveryRecovered(_logger);
            }
        }
    }

    private async Task<Delivery> DeliverAsync(EnvelopeSender sender, SentryEvent captured)
    {
        var signature = captured.Exception is { } exception ? ExceptionChain.SignatureOf(exception) : captured.Template;
        if (!_troubles.TryPass($"{captured.Key.Logger}:{captured.Key.EventId}:{signature}", captured.Suppressed, out var suppressed))
        {
            return new(EventOutcome.DroppedRepeated);
        }

        return await sender.SendAsync(captured with { Suppressed = suppressed }, _stop.Token);
    }
}
