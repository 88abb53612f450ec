using Microsoft.Extensions.Hosting;

namespace PersistentCacheService.Consuming;

/// <summary>The steps of a stop, as tokens: no new receives, then no waiting for messages, then no waiting for messages in hand.</summary>
internal sealed class ShutdownPhases : IDisposable
{
    // A long poll that is cancelled at once can lose a batch that is on its way, until its visibility timeout; a second lets it arrive.
    private static readonly TimeSpan PollGrace = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _pollsEnd;
    private readonly CancellationTokenSource _abandon;
    private readonly CancellationTokenRegistration _registration;

    public ShutdownPhases(IHostApplicationLifetime lifetime, TimeProvider time)
    {
        // CancelAfter counts on the clock the source was created with.
        _pollsEnd = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _abandon = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        Stopping = lifetime.ApplicationStopping;
        _registration = Stopping.Register(() => _pollsEnd.CancelAfter(PollGrace));
    }

    /// <summary>The service is asked to stop: start nothing new.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>A second later: end long polls that are still waiting.</summary>
    public CancellationToken PollsEnd => _pollsEnd.Token;

    /// <summary>The time for messages in hand is over: give back what is not done.</summary>
    public CancellationToken Abandon => _abandon.Token;

    /// <summary>Starts the last phase.</summary>
    public Task AbandonAsync() => _abandon.CancelAsync();

    /// <inheritdoc/>
    public void Dispose()
    {
        _registration.Dispose();
        _pollsEnd.Dispose();
        _abandon.Dispose();
    }
}
