using EntitlementCache.Messages;

namespace EntitlementCache.EdgeApi;

/// <summary>What became of asking for a customer's state: an operation to apply, or why there is none.</summary>
/// <param name="reply">Owns the bytes the operation refers to; null when no call was made.</param>
internal sealed class FetchedState(EdgeReply? reply) : IDisposable
{
    /// <summary>What to do with the cache; null when the call failed or was not made. Valid until disposal.</summary>
    public CacheOperation? Operation { get; init; }

    /// <summary>How the last call ended; null when none was made, because the API is known not to work or the service stops.</summary>
    public EdgeResult? Result => reply?.Result;

    /// <summary>It is pointless to ask again before this has passed.</summary>
    public TimeSpan RetryIn { get; init; }

    /// <summary>Whether to ask again within the same delivery: soon, and with a chance.</summary>
    public bool MayPassSoon => Result is null ? RetryIn > TimeSpan.Zero : Result.Value.MayPassSoon();

    /// <inheritdoc/>
    public void Dispose()
    {
        Operation?.Dispose();
        reply?.Dispose();
    }
}
