using System.Buffers;
using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using PersistentCacheService.Prometheus;

namespace Microbenchmarks;

/// <summary>The page of metrics.</summary>
public class Exposition : IDisposable
{
    private readonly Meter _meter = new("Microbenchmarks");
    private readonly Counter<long> _counter;
    private readonly PrometheusRegistry _registry;
    private readonly ArrayBufferWriter<byte> _output = new(64 * 1024);

    public Exposition()
    {
        _registry = new PrometheusRegistry(meter => ReferenceEquals(meter, _meter));
        _counter = _meter.CreateCounter<long>("messages_total", null, "Messages by type and outcome.");
        for (var series = 0; series < 200; series++)
        {
            _counter.Add(series * 1000, new("type", $"type_{series / 10}"), new("outcome", $"outcome_{series % 10}"));
        }
    }

    [Benchmark(Description = "write a page of 200 series")]
    public int Write()
    {
        _output.ResetWrittenCount();
        _registry.Write(_output);
        return _output.WrittenCount;
    }

    [Benchmark(Description = "count a message, two labels")]
    public void Count() => _counter.Add(1, new("type", "type_3"), new("outcome", "outcome_4"));

    [GlobalCleanup]
    public void Dispose()
    {
        _registry.Dispose();
        _meter.Dispose();
    }
}
