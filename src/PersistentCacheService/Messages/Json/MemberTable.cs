using System.Numerics;
using System.Text;

namespace PersistentCacheService.Messages.Json;

/// <summary>
/// The member names one kind of object is read for. Finds all of them in one walk over the object, whatever their order; others are ignored.
/// Filled once at start: a name's index is what <see cref="Add"/> returned.
/// </summary>
internal sealed class MemberTable
{
    private const int SeedsPerSize = 500;
    private const int LargestBits = 16;

    private readonly List<byte[]> _names = [];
    private Lookup? _lookup;

    /// <summary>How many names there are; the length the spans for <see cref="Locate"/> need.</summary>
    public int Count => _names.Count;

    /// <summary>Adds a name (ASCII) and returns its index.</summary>
    public int Add(string name)
    {
        _names.Add(Encoding.ASCII.GetBytes(name));
        _lookup = null;
        return _names.Count - 1;
    }

    /// <summary>The name at an index.</summary>
    public string NameOf(int index) => Encoding.ASCII.GetString(_names[index]);

    /// <summary>
    /// Notes for every name where its value is on the tape, 0 when the object has no such member. A name of this table that occurs twice makes the
    /// message malformed: parsers disagree about which one counts, so no reading of it would be safe.
    /// </summary>
    /// <param name="tape">The text.</param>
    /// <param name="node">An object.</param>
    /// <param name="values"><see cref="Count"/> token indexes.</param>
    public void Locate(JsonTape tape, int node, Span<int> values)
    {
        values.Clear();
        var lookup = _lookup ??= Lookup.Build(_names);
        var end = tape[node].End;
        for (var name = node + 1; name < end; name = tape[name + 1].End)
        {
            var index = lookup.IndexOf(tape.Text(name));
            if (index < 0 && tape[name].HasEscapes && tape.TryGetUnescaped(name, out var unescaped))
            {
                index = lookup.IndexOf(unescaped.Span);
            }

            if (index < 0)
            {
                continue;
            }

            if (values[index] != 0)
            {
                throw new MalformedMessageException($"member {NameOf(index)} occurs twice");
            }

            values[index] = name + 1;
        }
    }

    /// <summary>A hash table without collisions, found by trying multipliers: one probe and one comparison decide.</summary>
    private sealed class Lookup(byte[]?[] slots, int[] indexes, ulong multiplier, int shift)
    {
        public static Lookup Build(List<byte[]> names)
        {
            // Between four and eight times the names: for the dozen or two a table has, one of a few hundred multipliers fits. Else more room.
            for (var bits = BitOperations.Log2((uint)names.Count) + 3; bits <= LargestBits; bits++)
            {
                for (ulong seed = 1; seed <= SeedsPerSize; seed++)
                {
                    var candidate = new Lookup(new byte[1 << bits][], new int[1 << bits], (seed * 0x9E3779B97F4A7C15) | 1, 64 - bits);
                    if (candidate.TryFill(names))
                    {
                        return candidate;
                    }
                }
            }

            throw new InvalidOperationException("Two member names of a table have the same length and the same letters at the places that are hashed.");
        }

        public int IndexOf(ReadOnlySpan<byte> name)
        {
            if (name.IsEmpty)
            {
                return -1;
            }

            var slot = SlotOf(name);
            return slots[slot] is { } known && name.SequenceEqual(known) ? indexes[slot] : -1;
        }

        private bool TryFill(List<byte[]> names)
        {
            for (var i = 0; i < names.Count; i++)
            {
                var slot = SlotOf(names[i]);
                if (slots[slot] is not null)
                {
                    return false;
                }

                slots[slot] = names[i];
                indexes[slot] = i;
            }

            return true;
        }

        private int SlotOf(ReadOnlySpan<byte> name)
        {
            var length = name.Length;
            var letters = (ulong)(uint)length | ((ulong)name[0] << 8) | ((ulong)name[length - 1] << 16) | ((ulong)name[length / 2] << 24) |
                ((ulong)name[length / 4] << 32) | ((ulong)name[length * 3 / 4] << 40);
            return (int)((letters * multiplier) >> shift);
        }
    }
}
