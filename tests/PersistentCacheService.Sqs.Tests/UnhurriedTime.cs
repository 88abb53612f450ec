namespace PersistentCacheService.Sqs.Tests;

/// <summary>Real time in which nothing ever takes long, so that a busy machine does not look like a slow server.</summary>
internal sealed class UnhurriedTime : TimeProvider
{
    public override long GetTimestamp() => 0;
}
