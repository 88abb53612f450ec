namespace PersistentCacheService.Sqs.Tests.Transport;

/// <summary>A local clock that is wrong by a fixed amount.</summary>
internal sealed class SkewedTime(TimeSpan skew) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + skew;
}
