using System.Diagnostics.CodeAnalysis;

namespace PersistentCacheService.Prometheus.Series;

/// <summary>
/// Lets a dictionary be asked with the measurement's own tags, so that recording allocates nothing.
/// The order of the tags does not matter: call sites may differ in it.
/// </summary>
internal sealed class LabelSetComparer :
    IEqualityComparer<LabelSet>,
    IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, LabelSet>
{
    public bool Equals(LabelSet? x, LabelSet? y)
    {
        if (x is null || y is null || x.Labels.Length != y.Labels.Length)
        {
            return ReferenceEquals(x, y);
        }

        foreach (var label in x.Labels)
        {
            if (!Contains(y, label.Key, label.Value))
            {
                return false;
            }
        }

        return true;
    }

    public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, LabelSet other)
    {
        if (alternate.Length != other.Labels.Length)
        {
            return false;
        }

        foreach (var tag in alternate)
        {
            if (!Contains(other, tag.Key, LabelSet.ValueOf(tag.Value)))
            {
                return false;
            }
        }

        return true;
    }

    public int GetHashCode([DisallowNull] LabelSet obj)
    {
        var hash = 0;
        foreach (var label in obj.Labels)
        {
            hash += HashOf(label.Key, label.Value);
        }

        return hash;
    }

    public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
    {
        var hash = 0;
        foreach (var tag in alternate)
        {
            hash += HashOf(tag.Key, LabelSet.ValueOf(tag.Value));
        }

        return hash;
    }

    public LabelSet Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate) => new(alternate);

    // The sum over all labels is the same in every order; within a label name and value are told apart.
    private static int HashOf(string name, string value) =>
        HashCode.Combine(name.GetHashCode(StringComparison.Ordinal), value.GetHashCode(StringComparison.Ordinal));

    private static bool Contains(LabelSet set, string name, string value)
    {
        foreach (var label in set.Labels)
        {
            if (string.Equals(label.Key, name, StringComparison.Ordinal) && string.Equals(label.Value, value, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
