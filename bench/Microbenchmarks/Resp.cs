using System.Buffers;
using BenchmarkDotNet.Attributes;
using PersistentCacheService.Redis;
using PersistentCacheService.Redis.Protocol;

namespace Microbenchmarks;

/// <summary>The Redis protocol alone.</summary>
public class Resp
{
    private static readonly RespLimits Limits = new(MaxBulkLength: 1 << 20, MaxElements: 1000);
    private static readonly ReadOnlySequence<byte> Integers = new(Enumerable.Repeat(":1\r\n"u8.ToArray(), 10).SelectMany(static reply => reply).ToArray());
    private static readonly ReadOnlySequence<byte> Bulk = new([.. "$7500\r\n"u8, .. new byte[7500], .. "\r\n"u8]);

    private readonly byte[] _value = new byte[300];

    [Benchmark(Description = "encode SET with 300 bytes")]
    public void Encode() => RedisCommand.Create("SET"u8).AddKey("production:c_customer-000001:f_feature-00-metered"u8).Add(_value).Add("EX"u8).Add(604_800).Dispose();

    [Benchmark(Description = "parse ten integer replies that came together")]
    public long ParseIntegers() => Parse(Integers);

    [Benchmark(Description = "parse a string of 7.5 kB")]
    public long ParseBulk() => Parse(Bulk);

    private static long Parse(ReadOnlySequence<byte> input)
    {
        var reader = new RespReader(Limits);
        var replies = 0L;
        while (reader.TryRead(ref input, out _))
        {
            replies++;
        }

        return replies;
    }
}
