namespace LocalSqs.Generation;

/// <summary>What the generator makes. The same options give the same messages, byte for byte.</summary>
public sealed record GeneratorOptions
{
    /// <summary>2026-01-01T00:00:00Z in ms: default time of the first message.</summary>
    public const long BaseTime = 1_767_225_600_000;

    /// <summary>How many messages.</summary>
    public int Count { get; init; } = 1000;

    /// <summary>How many customers they are about.</summary>
    public int Customers { get; init; } = 500;

    /// <summary>Seed of the generator's random source.</summary>
    public uint Seed { get; init; } = 1;

    /// <summary>Whether the first <see cref="Customers"/> messages are one entitlements update each, so that later usage finds its customer.</summary>
    public bool Prime { get; init; }

    /// <summary>Share of usage updates, 0..1; the rest are entitlements updates.</summary>
    public double UsageShare { get; init; } = 0.7;

    /// <summary>Features of each customer, at least 1; an entitlements update carries all of them, about 750 bytes each.</summary>
    public int Features { get; init; } = 10;

    /// <summary>Time of the first message in ms since the Unix epoch; each next one is 1 ms later.</summary>
    public long StartAt { get; init; } = BaseTime;
}
