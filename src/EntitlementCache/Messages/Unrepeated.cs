namespace EntitlementCache.Messages;

/// <summary>Keeps one entitlement per id: a script must not write a key twice, and the map has one place for it.</summary>
internal static class Unrepeated
{
    // Up to this, comparing all pairs is faster than a set.
    private const int FewEnough = 24;

    /// <summary>Drops every entitlement that is followed by another of the same kind and id (the last counts, as in a JavaScript object).</summary>
    /// <returns>The others, in order, at the end of the same memory.</returns>
    public static ArraySegment<Entitlement> Compact(ArraySegment<Entitlement> entitlements)
    {
        var seen = entitlements.Count <= FewEnough ? null : new HashSet<(EntitlementKind Kind, ReadOnlyMemory<byte> Id)>(entitlements.Count, ById.Instance);
        Span<Entitlement> all = entitlements;
        var kept = all.Length;
        for (var i = all.Length - 1; i >= 0; i--)
        {
            ref readonly var entitlement = ref all[i];
            if (seen is null ? Contains(all[kept..], in entitlement) : !seen.Add((entitlement.Kind, entitlement.Id)))
            {
                continue;
            }

            if (--kept != i)
            {
                all[kept] = entitlement;
            }
        }

        return entitlements[kept..];
    }

    private static bool Contains(ReadOnlySpan<Entitlement> kept, ref readonly Entitlement entitlement)
    {
        foreach (ref readonly var other in kept)
        {
            if (other.Kind == entitlement.Kind && other.Id.Span.SequenceEqual(entitlement.Id.Span))
            {
                return true;
            }
        }

        return false;
    }

    private sealed class ById : IEqualityComparer<(EntitlementKind Kind, ReadOnlyMemory<byte> Id)>
    {
        public static readonly ById Instance = new();

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
