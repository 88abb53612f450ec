namespace EntitlementCache.Caching;

/// <summary>An SDK process held the customer's write lock through every attempt; nothing was written. The message can be tried again later.</summary>
/// <param name="attempts">How often it was tried.</param>
internal sealed class CustomerLockedException(int attempts)
    : Exception($"The customer's write lock was held through {attempts} attempts.")
{
    /// <summary>How often it was tried.</summary>
    public int Attempts { get; } = attempts;
}
