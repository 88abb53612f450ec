namespace PersistentCacheService.Tracing;

/// <summary>Which messages are traced: OTEL_TRACES_SAMPLER and its argument. Decided before anything is allocated for a message.</summary>
/// <param name="FollowsProducer">What the producer decided counts, where it did (the samplers parentbased_*).</param>
/// <param name="Ratio">Share of the others that is traced, 0 to 1.</param>
internal readonly record struct SpanSampling(bool FollowsProducer, double Ratio)
{
    // The digits that W3C's level 2 and X-Ray both promise to be random; X-Ray's ids begin with the time.
    private const int RandomBits = 56;

    /// <summary>No message is ever traced.</summary>
    public bool IsNever => !FollowsProducer && Ratio <= 0;

    /// <summary>Decides for a message. All that see the same trace id with the same ratio decide alike.</summary>
    /// <param name="producer">What the message says; null: nothing.</param>
    /// <param name="drawn">Evenly random in [0, 1), the same for all messages of a receive; counts where the message says nothing.</param>
    public bool Decide(ProducerContext? producer, double drawn) => producer switch
    {
        { IsSampled: { } decision } when FollowsProducer => decision,
        { TraceId: var trace } => (ulong)trace << (64 - RandomBits) >> (64 - RandomBits) >= (ulong)((1 - Ratio) * (1UL << RandomBits)),
        null => drawn < Ratio,
    };
}
