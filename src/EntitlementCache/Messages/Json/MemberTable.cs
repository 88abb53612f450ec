using System.Text;
using System.Text.Json;

namespace EntitlementCache.Messages.Json;

/// <summary>The member names that one kind of object is read for.</summary>
internal sealed class MemberTable
{
    private readonly Name[][] _byLength;

    /// <summary>Fills the table.</summary>
    /// <param name="names">ASCII; at most <see cref="JsonMembers.MaxNames"/>.</param>
    public MemberTable(params string[] names)
    {
        if (names.Length > JsonMembers.MaxNames)
        {
            throw new ArgumentException("More names than a table may have.", nameof(names));
        }

        var known = names.Select(static (name, index) => new Name(name, Encoding.ASCII.GetBytes(name), index)).ToLookup(static name => name.Text.Length);
        _byLength = [.. Enumerable.Range(0, known.Max(static names => names.Key) + 1).Select(length => known[length].ToArray())];
    }

    /// <summary>Place of a name in the table.</summary>
    public int IndexOf(string name)
    {
        foreach (ref readonly var known in _byLength[name.Length].AsSpan())
        {
            if (known.Text == name)
            {
                return known.Index;
            }
        }

        throw new ArgumentException($"The table has no {name}.", nameof(name));
    }

    /// <summary>Place of a member's name, or -1: it is not read.</summary>
    public int IndexOf(JsonProperty member)
    {
        var name = JsonText.NameOf(member);
        var index = IndexOf(name);
        return index < 0 && JsonText.HasEscapes(name) ? IndexOfEscaped(name) : index;
    }

    private int IndexOf(ReadOnlySpan<byte> name)
    {
        if (name.Length < _byLength.Length)
        {
            foreach (ref readonly var known in _byLength[name.Length].AsSpan())
            {
                if (name.SequenceEqual(known.Utf8))
                {
                    return known.Index;
                }
            }
        }

        return -1;
    }

    private int IndexOfEscaped(ReadOnlySpan<byte> name)
    {
        if (name.Length > JsonText.LongestEscape * _byLength.Length)
        {
            return -1;
        }

        Span<byte> unescaped = stackalloc byte[name.Length];
        var length = JsonText.Unescape(name, unescaped);
        return length < 0 ? -1 : IndexOf(unescaped[..length]);
    }

    private readonly record struct Name(string Text, byte[] Utf8, int Index);
}
