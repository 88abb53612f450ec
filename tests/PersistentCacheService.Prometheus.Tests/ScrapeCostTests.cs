using System.Diagnostics.Metrics;
using System.Globalization;
using PersistentCacheService.Prometheus.Exposition;
using Xunit.Abstractions;
using static PersistentCacheService.Prometheus.Tests.MetricsFixture;

namespace PersistentCacheService.Prometheus.Tests;

public sealed class ScrapeCostTests(ITestOutputHelper output)
{
    private const int Scrapes = 50;

    // Enumerators of the observable instruments; a page itself is 20 KB and must not be garbage.
    private const long AllocationLimitPerScrape = 8 * 1024;

    [Fact]
    public void A_scrape_of_two_hundred_series_leaves_next_to_no_garbage()
    {
        using var meter = new Meter("scrape-cost");
        using var registry = new PrometheusRegistry(candidate => ReferenceEquals(candidate, meter));
        FillWithTwoHundredSeries(meter);

        var size = Scrape(registry);
        Scrape(registry);
        var allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        var start = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < Scrapes; i++)
        {
            size = Scrape(registry);
        }

        var elapsed = TimeProvider.System.GetElapsedTime(start) / Scrapes;
        var allocated = (GC.GetAllocatedBytesForCurrentThread() - allocatedBefore) / Scrapes;
        output.WriteLine($"a scrape: {elapsed.TotalMilliseconds:0.000} ms, {allocated} bytes allocated, page {size} bytes");

        Assert.True(allocated < AllocationLimitPerScrape, $"A scrape allocated {allocated} bytes, allowed are {AllocationLimitPerScrape}.");
    }

    private static int Scrape(PrometheusRegistry registry)
    {
        using var page = new PooledBuffer(64 * 1024);
        registry.Write(page);
        return page.Written.Length;
    }

    private static void FillWithTwoHundredSeries(Meter meter)
    {
        var messages = meter.CreateCounter<long>("messages_total");
        for (var type = 0; type < 14; type++)
        {
            for (var outcome = 0; outcome < 9; outcome++)
            {
                messages.Add(
                    1,
                    Tag("type", type.ToString(CultureInfo.InvariantCulture)),
                    Tag("outcome", outcome.ToString(CultureInfo.InvariantCulture)));
            }
        }

        for (var i = 0; i < 5; i++)
        {
            meter.CreateHistogram<double>($"duration{i}_seconds").Record(0.3);
        }

        for (var i = 0; i < 20; i++)
        {
            meter.CreateObservableGauge($"gauge{i}", static () => 0.5);
        }
    }
}
