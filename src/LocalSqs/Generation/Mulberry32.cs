namespace LocalSqs.Generation;

/// <summary>The 32-bit generator "mulberry32": a state of four bytes is enough to make a message again.</summary>
internal struct Mulberry32
{
    public Mulberry32(uint state) => State = state;

    public uint State { get; private set; }

    /// <summary>The next number in 0..1, without 1.</summary>
    public double Next()
    {
        State += 0x6D2B79F5;
        var t = State;
        t = (t ^ (t >> 15)) * (t | 1);
        t ^= t + ((t ^ (t >> 7)) * (t | 61));
        return (t ^ (t >> 14)) / 4294967296.0;
    }

    /// <summary>The next integer in 0..<paramref name="count"/>, without it.</summary>
    public int Next(int count) => (int)(Next() * count);
}
