using BenchmarkDotNet.Attributes;
using EntitlementCache.Caching;
using EntitlementCache.Messages;
using EntitlementCache.Settings;

namespace Microbenchmarks;

/// <summary>The way of a message from its body to the script call that is sent to Redis.</summary>
public class Messages
{
    private const long GeneratedAt = LocalSqs.Generation.GeneratorOptions.BaseTime;

    private static readonly MessageOrigin Origin = new(SentTimestamp: GeneratedAt, DeclaredType: null);

    private readonly ScriptEncoder _encoder = new(new CacheSettings("production", 604_800, CacheUpdatePolicy.Upsert, CacheLayout.V3, LockRetryCount: 240));

    [Benchmark(Description = "decode an entitlements message of 7.5 kB")]
    public void DecodeEntitlements() => MessageDecoder.Decode(Samples.Entitlements, Origin).Dispose();

    [Benchmark(Description = "decode a usage message")]
    public void DecodeUsage() => MessageDecoder.Decode(Samples.Usage, Origin).Dispose();

    [Benchmark(Description = "decode an entitlements message of 1 MiB, the largest that SQS delivers")]
    public void DecodeLargest() => MessageDecoder.Decode(Samples.Largest, Origin).Dispose();

    [Benchmark(Description = "decode, map and encode an entitlements message of 7.5 kB")]
    public void MapEntitlements()
    {
        using var operation = MessageDecoder.Decode(Samples.Entitlements, Origin);
        _encoder.Encode((SetCustomer)operation).Dispose();
    }

    [Benchmark(Description = "decode, map and encode a usage message")]
    public void MapUsage()
    {
        using var operation = MessageDecoder.Decode(Samples.Usage, Origin);
        _encoder.Encode((UpdateUsage)operation)!.Dispose();
    }
}
