using System.Collections.Concurrent;

namespace PersistentCacheService.Redis.Tests;

/// <summary>Keeps what a client reports.</summary>
internal sealed class RecordingObserver : IRedisObserver
{
    private int _connects;
    private int _failedConnects;

    public int Connects => Volatile.Read(ref _connects);

    public int FailedConnects => Volatile.Read(ref _failedConnects);

    public ConcurrentQueue<(RedisErrorKind Kind, int Times)> Failures { get; } = new();

    public ConcurrentQueue<TimeSpan> Durations { get; } = new();

    public void Connected() => Interlocked.Increment(ref _connects);

    public void ConnectFailed() => Interlocked.Increment(ref _failedConnects);

    public void Failed(RedisErrorKind kind, int times) => Failures.Enqueue((kind, times));

    public void Answered(TimeSpan duration) => Durations.Enqueue(duration);
}
