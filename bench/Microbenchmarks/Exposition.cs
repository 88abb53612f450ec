using BenchmarkDotNet.Attributes;
using EntitlementCache.Messages;
using EntitlementCache.Observability;
using PersistentCacheService.Observability;

namespace Microbenchmarks;

/// <summary>The page of metrics.</summary>
public class Exposition : IDisposable
{
    private readonly MetricsPage _page = new();
    private readonly ServiceMetrics _metrics;
    private readonly MemoryStream _output = new(64 * 1024);

    public Exposition() => _metrics = new ServiceMetrics(_page);

    [Benchmark(Description = "write the page of messages")]
    public async Task<long> WriteAsync()
    {
        _output.SetLength(0);
        await _page.WriteAsync(_output, CancellationToken.None);
        return _output.Length;
    }

    [Benchmark(Description = "count a message: two counters, a histogram")]
    public void Count() => _metrics.Handled(MessageType.UsageUpdated, MessageOutcome.Written, TimeSpan.FromMilliseconds(1));

    [GlobalCleanup]
    public void Dispose() => _output.Dispose();
}
