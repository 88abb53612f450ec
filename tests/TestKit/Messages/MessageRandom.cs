namespace TestKit.Messages;

/// <summary>mulberry32, a 32-bit generator that gives the same numbers in every language: other load generators for this service use it too.</summary>
internal sealed class MessageRandom(int seed)
{
    private uint _state = unchecked((uint)seed);

    /// <summary>A number in 0..1, 1 excluded.</summary>
    public double Next()
    {
        unchecked
        {
            _state += 0x6d2b79f5;
            var t = _state;
            t = (t ^ (t >> 15)) * (t | 1);
            t ^= t + ((t ^ (t >> 7)) * (t | 61));
            return (t ^ (t >> 14)) / 4294967296.0;
        }
    }

    /// <summary>A whole number in 0..<paramref name="below"/>, that excluded.</summary>
    public int Next(int below) => (int)(Next() * below);
}
