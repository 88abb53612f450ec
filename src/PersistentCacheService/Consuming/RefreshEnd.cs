using PersistentCacheService.EdgeApi;
using PersistentCacheService.Observability;

namespace PersistentCacheService.Consuming;

/// <summary>How a <see cref="SharedRefresh"/> ended.</summary>
/// <param name="Outcome">The outcome of its messages.</param>
internal readonly record struct RefreshEnd(MessageOutcome Outcome)
{
    /// <summary>Why the write failed, and for how long its message is given back; null: it did not.</summary>
    public MessageReturn? GiveBack { get; init; }

    /// <summary>Why the Edge API gave no answer; null: it did, or was not asked.</summary>
    public EdgeResult? Failure { get; init; }

    /// <summary>It is pointless to ask again before this has passed.</summary>
    public TimeSpan RetryIn { get; init; }
}
