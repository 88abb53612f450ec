using System.Globalization;
using static PersistentCacheService.Prometheus.Tests.MetricsFixture;

namespace PersistentCacheService.Prometheus.Tests;

public sealed class ConcurrencyTests : IDisposable
{
    private const int Writers = 8;
    private const int MeasurementsPerWriter = 50_000;

    private readonly MetricsFixture _metrics = new();

    [Fact]
    public async Task Many_threads_record_while_others_scrape_no_measurement_is_lost_and_every_page_is_consistent()
    {
        var counter = _metrics.Meter.CreateCounter<long>("events_total");
        var histogram = _metrics.Meter.CreateHistogram<double>("duration_seconds");
        _metrics.Registry.Declare(counter);
        _metrics.Registry.Declare(histogram);
        using var stop = new CancellationTokenSource();

        var scraper = Task.Run(() => ScrapeUntilStopped(stop.Token));
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < MeasurementsPerWriter; i++)
            {
                counter.Add(1);
                counter.Add(1, Tag("writer", (writer % 2) == 0 ? "even" : "odd"));
                histogram.Record(i % 20);
            }
        })));
        await stop.CancelAsync();
        var pages = await scraper;

        Assert.True(pages > 0, "No page was scraped during the run.");
        Assert.Equal(
            [
                "events_total 400000",
                """events_total{writer="even"} 200000""",
                """events_total{writer="odd"} 200000""",
            ],
            _metrics.Samples("events_total"));
        Assert.Contains("duration_seconds_count 400000", _metrics.Samples("duration_seconds"));
        // The mean of 0..19 is 9.5; whole numbers add up exactly.
        Assert.Contains("duration_seconds_sum 3800000", _metrics.Samples("duration_seconds"));
    }

    [Fact]
    public async Task Threads_that_race_for_the_first_measurement_of_a_series_share_one_series()
    {
        var counter = _metrics.Meter.CreateCounter<long>("events_total");
        using var start = new Barrier(Writers);

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Factory.StartNew(
            () =>
            {
                for (var round = 0; round < 100; round++)
                {
                    var tag = Tag("round", round.ToString("D3", CultureInfo.InvariantCulture));
                    start.SignalAndWait();
                    counter.Add(1, tag);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        var samples = _metrics.Samples("events_total");
        Assert.Equal(100, samples.Length);
        Assert.All(samples, sample => Assert.EndsWith("} 8", sample, StringComparison.Ordinal));
    }

    [Fact]
    public void Recording_to_known_series_allocates_nothing()
    {
        var counter = _metrics.Meter.CreateCounter<long>("events_total");
        var histogram = _metrics.Meter.CreateHistogram<double>("duration_seconds");
        void Record()
        {
            counter.Add(1);
            counter.Add(1, Tag("type", "usage"), Tag("outcome", "written"));
            histogram.Record(0.3);
            histogram.Record(0.3, Tag("kind", "script"));
        }

        Record();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            Record();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    public void Dispose() => _metrics.Dispose();

    private int ScrapeUntilStopped(CancellationToken stop)
    {
        var lastCount = 0.0;
        var pages = 0;
        do
        {
            var page = _metrics.Page().Split('\n');
            var count = ValueOf(page, "duration_seconds_count");
            Assert.Equal(ValueOf(page, """duration_seconds_bucket{le="+Inf"}"""), count);
            Assert.True(count >= lastCount, $"The count went down from {lastCount} to {count}.");
            lastCount = count;
            pages++;
        }
        while (!stop.IsCancellationRequested);
        return pages;
    }

    private static double ValueOf(string[] page, string sample)
    {
        var line = page.Single(candidate => candidate.StartsWith(sample + " ", StringComparison.Ordinal));
        return double.Parse(line[(sample.Length + 1)..], CultureInfo.InvariantCulture);
    }
}
