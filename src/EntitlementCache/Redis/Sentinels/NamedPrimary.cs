using EntitlementCache.Settings;

namespace EntitlementCache.Redis.Sentinels;

/// <summary>The primary that most sentinels name.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Votes">How many name it.</param>
/// <param name="Sentinels">How many there are.</param>
internal readonly record struct NamedPrimary(HostAndPort Address, int Votes, int Sentinels)
{
    /// <summary>More than half of all sentinels name it, those that did not answer counted, too.</summary>
    public bool HasMajority => Votes * 2 > Sentinels;
}
