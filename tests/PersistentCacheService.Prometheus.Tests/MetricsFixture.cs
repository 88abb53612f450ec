using System.Buffers;
using System.Diagnostics.Metrics;
using System.Text;

namespace PersistentCacheService.Prometheus.Tests;

/// <summary>A meter of its own with a registry that shows only this meter: tests run in parallel in one process.</summary>
internal sealed class MetricsFixture : IDisposable
{
    public MetricsFixture(int maxSeriesPerMetric = PrometheusRegistry.DefaultMaxSeriesPerMetric)
    {
        Meter = new Meter("test");
        Registry = new PrometheusRegistry(meter => ReferenceEquals(meter, Meter), maxSeriesPerMetric);
    }

    public Meter Meter { get; }

    public PrometheusRegistry Registry { get; }

    public static KeyValuePair<string, object?> Tag(string name, object? value) => new(name, value);

    /// <summary>The page as it is sent.</summary>
    public string Page() => PageOf(Registry);

    /// <summary>The page's lines about one metric, HELP and TYPE included.</summary>
    public string[] Lines(string metric) =>
        [.. Page().Split('\n').Where(line => line.TrimStart('#').Split(' ', '{', StringSplitOptions.RemoveEmptyEntries)
            .Take(2).Any(word => word.StartsWith(metric, StringComparison.Ordinal)))];

    /// <summary>The sample lines (no comments) of one metric.</summary>
    public string[] Samples(string metric) => [.. Lines(metric).Where(line => !line.StartsWith('#'))];

    public static string PageOf(PrometheusRegistry registry)
    {
        var page = new ArrayBufferWriter<byte>();
        registry.Write(page);
        return Encoding.UTF8.GetString(page.WrittenSpan);
    }

    public void Dispose()
    {
        Registry.Dispose();
        Meter.Dispose();
    }
}
