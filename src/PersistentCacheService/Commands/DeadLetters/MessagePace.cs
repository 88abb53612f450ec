namespace PersistentCacheService.Commands.DeadLetters;

/// <summary>Keeps to a rate: a batch waits until the ones before it have had their time.</summary>
/// <param name="perSecond">Messages a second; null: no limit.</param>
/// <param name="time">Clock.</param>
internal sealed class MessagePace(int? perSecond, TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();
    private long _granted;

    /// <summary>Waits until so many messages may go.</summary>
    public Task WaitAsync(int count, CancellationToken cancellationToken)
    {
        var due = perSecond is { } rate ? TimeSpan.FromSeconds((double)_granted / rate) - time.GetElapsedTime(_began) : TimeSpan.Zero;
        _granted += count;
        return due > TimeSpan.Zero ? Task.Delay(due, time, cancellationToken) : Task.CompletedTask;
    }
}
