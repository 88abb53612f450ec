using EntitlementCache.Observability;
using EntitlementCache.Observability.Errors;
using PersistentCacheService.Observability;
using TestKit;

namespace PersistentCacheService.Tests.Observability;

public sealed class MetricsPageTests
{
    private readonly MetricsPage _page = new();

    [Fact]
    public async Task Every_series_of_bounded_labels_is_on_the_first_page()
    {
        _ = new ServiceMetrics(_page);
        var page = await _page.TextAsync();

        foreach (var type in Instruments.MessageTypes.Values)
        {
            foreach (var outcome in Instruments.MessageOutcomes.Values)
            {
                Assert.Contains($"\npersistent_cache_messages_total{{outcome=\"{outcome}\",type=\"{type}\"}} 0\n", page, StringComparison.Ordinal);
            }
        }

        Assert.Contains("\npersistent_cache_write_duration_seconds_count 0\n", page, StringComparison.Ordinal);
        Assert.Contains("\npersistent_cache_messages_processed_total 0\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_measurement_goes_to_the_series_of_its_labels()
    {
        var counts = Instruments.Messages.Create(_page);
        counts.Add(2, first: 3, last: 1);
        counts.Add(1, first: 3, last: 1);
        var durations = Instruments.HandlingDuration.Create(_page);
        durations.Record(0.0025);
        durations.Record(31);
        var page = await _page.TextAsync();

        Assert.Contains("\npersistent_cache_messages_total{outcome=\"skipped_older\",type=\"usage_updated\"} 3\n", page, StringComparison.Ordinal);
        Assert.Equal(1, (await _page.SamplesAsync("persistent_cache_messages_total")).Count(static line => !line.EndsWith(" 0", StringComparison.Ordinal)));
        Assert.Contains("_seconds_bucket{le=\"0.001\"} 0\n", page, StringComparison.Ordinal);
        Assert.Contains("_seconds_bucket{le=\"0.0025\"} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("_seconds_bucket{le=\"30\"} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("_seconds_bucket{le=\"+Inf\"} 2\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_read_at_the_scrape_comes_with_its_labels_and_is_absent_while_it_is_not_known()
    {
        double? ratio = null;
        Instruments.SentryEvents.Observe(_page, static outcome => outcome == (int)EventOutcome.Failed ? null : outcome);
        Instruments.HitRatio.Observe(_page, () => ratio);

        Assert.Equal(
            [
                "persistent_cache_sentry_events_total{outcome=\"sent\"} 0",
                "persistent_cache_sentry_events_total{outcome=\"dropped_repeated\"} 1",
                "persistent_cache_sentry_events_total{outcome=\"dropped_rate_limited\"} 2",
                "persistent_cache_sentry_events_total{outcome=\"dropped_queue_full\"} 3",
            ],
            await _page.SamplesAsync("persistent_cache_sentry_events_total"));
        Assert.Empty(await _page.SamplesAsync("persistent_cache_hit_ratio"));
        ratio = 0.5;
        Assert.Equal(["persistent_cache_hit_ratio 0.5"], await _page.SamplesAsync("persistent_cache_hit_ratio"));
        ratio = null;
        Assert.Empty(await _page.SamplesAsync("persistent_cache_hit_ratio"));
    }

    [Fact]
    public async Task A_value_that_cannot_be_read_is_left_out_and_counted_and_takes_nothing_else_with_it()
    {
        Instruments.ProcessOpenFiles.Observe(_page, static () => throw new IOException("no /proc"));
        Instruments.ProcessThreads.Observe(_page, static () => 7);
        var page = await _page.TextAsync();

        Assert.DoesNotContain("\nprocess_open_fds ", page, StringComparison.Ordinal);
        Assert.Contains("\nprocess_threads 7\n", page, StringComparison.Ordinal);
        Assert.Contains("\nmetrics_exposition_problems_total{problem=\"callback_failed\"} 1\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counting_leaves_no_garbage()
    {
        var metrics = new ServiceMetrics(_page);
        await _page.TextAsync();
        metrics.WriteSucceeded(TimeSpan.FromMilliseconds(1));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var number = 0; number < 1000; number++)
        {
            metrics.WriteSucceeded(TimeSpan.FromMilliseconds(number));
            metrics.Acknowledged(DeleteResult.Deleted, 10);
            metrics.ReceiveSucceeded(10);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [SkippableFact]
    public async Task Promtool_finds_nothing_to_complain_about_although_some_values_are_not_known()
    {
        Instruments.MemoryUsage.Observe(_page, static () => null);
        _ = new ServiceMetrics(_page);

        Assert.Empty(await Promtool.CheckMetricsAsync(await _page.TextAsync()));
    }
}
