namespace TestKit.Messages;

/// <summary>A usage period.</summary>
/// <param name="Start">Its start, ms since the epoch.</param>
/// <param name="End">Its end, ms since the epoch.</param>
public sealed record Period(long Start, long End);
