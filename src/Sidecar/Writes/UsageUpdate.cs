using Sidecar.Model;

namespace Sidecar.Writes;

/// <summary>Usage that a write brought to light.</summary>
/// <param name="Entity">Whose.</param>
/// <param name="Id">Feature or currency.</param>
/// <param name="IsCredit">The id is a currency's.</param>
/// <param name="Usage">The usage, with a timestamp.</param>
internal sealed record UsageUpdate(EntityId Entity, string Id, bool IsCredit, CachedUsage Usage)
{
    /// <summary>Whether keys can be made of it.</summary>
    public bool IsValid => Entity.IsValid && EntityId.IsValidId(Id);

    /// <summary>One for each feature and credit: the newest, and of two of one time the later.</summary>
    public static IEnumerable<UsageUpdate> Newest(IEnumerable<UsageUpdate> updates) =>
        from update in updates
        group update by (update.Entity, update.Id, update.IsCredit) into same
        select same.Aggregate(static (kept, next) => next.Usage.Timestamp >= kept.Usage.Timestamp ? next : kept);
}
