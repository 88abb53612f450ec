namespace Sidecar.Model;

/// <summary>What a call reads: it decides which usage must be there for a hit.</summary>
/// <param name="Id">Feature or currency; null: everything.</param>
/// <param name="IsCredit">The id is a currency's.</param>
internal readonly record struct ReadScope(string? Id, bool IsCredit)
{
    /// <summary>All entitlements.</summary>
    public static readonly ReadScope All = new(null, IsCredit: false);

    /// <summary>Whether everything is read.</summary>
    public bool IsAll => Id is null;

    /// <summary>One feature, and the credit its rate names.</summary>
    public static ReadScope Feature(string id) => new(id, IsCredit: false);

    /// <summary>One currency.</summary>
    public static ReadScope Credit(string id) => new(id, IsCredit: true);
}
