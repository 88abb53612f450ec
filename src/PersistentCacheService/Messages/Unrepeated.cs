namespace PersistentCacheService.Messages;

/// <summary>Leaves one entitlement per id: one key must not be written twice by one script, and a map has room for one.</summary>
internal static class Unrepeated
{
    // Below this, comparing all pairs is quicker than a set.
    private const int FewEnough = 24;

    /// <summary>Drops every entitlement that is followed by another of the same kind and id (the last counts, as in a JavaScript object).</summary>
    /// <returns>How many are left, at the beginning, in order.</returns>
    public static int Compact(Span<Entitlement> entitlements) =>
        entitlements.Length <= FewEnough ? CompactPairwise(entitlements) : CompactBySet(entitlements);

    private static int CompactPairwise(Span<Entitlement> entitlements)
    {
        var kept = 0;
        for (var i = 0; i < entitlements.Length; i++)
        {
            if (!IsRepeated(entitlements[i].Kind, entitlements[i].Id.Span, entitlements[(i + 1)..]))
            {
                Keep(entitlements, i, kept++);
            }
        }

        return kept;
    }

    private static bool IsRepeated(EntitlementKind kind, ReadOnlySpan<byte> id, ReadOnlySpan<Entitlement> later)
    {
        foreach (ref readonly var other in later)
        {
            if (other.Kind == kind && other.Id.Span.SequenceEqual(id))
            {
                return true;
            }
        }

        return false;
    }

    private static int CompactBySet(Span<Entitlement> entitlements)
    {
        var seen = new HashSet<(EntitlementKind Kind, ReadOnlyMemory<byte> Id)>(entitlements.Length, ByContent.Instance);
        Span<bool> isRepeated = new bool[entitlements.Length];
        for (var i = entitlements.Length - 1; i >= 0; i--)
        {
            isRepeated[i] = !seen.Add((entitlements[i].Kind, entitlements[i].Id));
        }

        var kept = 0;
        for (var i = 0; i < entitlements.Length; i++)
        {
            if (!isRepeated[i])
            {
                Keep(entitlements, i, kept++);
            }
        }

        return kept;
    }

    private static void Keep(Span<Entitlement> entitlements, int from, int to)
    {
        if (from != to)
        {
            entitlements[to] = entitlements[from];
        }
    }

    private sealed class ByContent : IEqualityComparer<(EntitlementKind Kind, ReadOnlyMemory<byte> Id)>
    {
        public static readonly ByContent Instance = new();

        public bool Equals((EntitlementKind Kind, ReadOnlyMemory<byte> Id) x, (EntitlementKind Kind, ReadOnlyMemory<byte> Id) y) =>
            x.Kind == y.Kind && x.Id.Span.SequenceEqual(y.Id.Span);

        public int GetHashCode((EntitlementKind Kind, ReadOnlyMemory<byte> Id) obj)
        {
            var hash = default(HashCode);
            hash.Add(obj.Kind);
            hash.AddBytes(obj.Id.Span);
            return hash.ToHashCode();
        }
    }
}
