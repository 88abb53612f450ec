using Sidecar.Model;

namespace Sidecar.Origin;

/// <summary>What the Edge API (or an event) says about a customer, ready to answer and to be written.</summary>
/// <param name="Customer">To answer with.</param>
/// <param name="Timestamp">Unix ms; 0: replaces whatever is stored.</param>
internal sealed record FetchedState(CachedCustomer Customer, long Timestamp)
{
    /// <summary>Entitlements value in the layout of the cache; empty: nothing to write.</summary>
    public byte[] Value { get; init; } = [];

    /// <summary>Metadata value.</summary>
    public byte[] Metadata { get; init; } = [];

    /// <summary>Usage values that have keys of their own.</summary>
    public IReadOnlyList<UsageWrite> Usages { get; init; } = [];

    /// <summary>Length of its JSON, a measure of the memory it takes.</summary>
    public int Size => Value.Length + Metadata.Length;
}
