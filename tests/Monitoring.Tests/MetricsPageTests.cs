using System.Globalization;
using System.Text.RegularExpressions;
using EntitlementCache.Observability.Definitions;
using PersistentCacheService.Observability;
using TestKit;
using Xunit.Abstractions;

namespace Monitoring.Tests;

/// <summary>What a real worker shows is what the contract, the documentation, the alerts and the dashboard speak of.</summary>
[Collection(nameof(ScrapedWorker))]
public sealed partial class MetricsPageTests(ScrapedWorker worker, ITestOutputHelper output)
{
    // A page is five times as large, and its request costs some KB besides: a page made of strings would show.
    private const double MostBytesAScrape = 24 * 1024;

    public static TheoryData<string, string> DocumentedMetrics => new()
    {
        { "persistent_cache_write_duration_seconds", "histogram" },
        { "persistent_cache_write_errors_total", "counter" },
        { "persistent_cache_hit_ratio", "gauge" },
        { "persistent_cache_memory_usage_bytes", "gauge" },
        { "persistent_cache_hits_total", "gauge" },
        { "persistent_cache_misses_total", "gauge" },
        { "persistent_cache_message_handling_duration_seconds", "histogram" },
        { "persistent_cache_messages_processed_total", "counter" },
    };

    [SkippableTheory]
    [MemberData(nameof(DocumentedMetrics))]
    public void The_eight_metrics_of_the_original_have_their_name_and_type_and_no_labels(string name, string type)
    {
        Assert.Equal(type, worker.Page.Types[name]);
        var samples = worker.Page.Samples.Where(sample => sample.Name == name || IsPartOf(sample.Name, name)).ToArray();
        Assert.NotEmpty(samples);
        Assert.All(samples, sample => Assert.Empty(sample.Labels.Keys.Except(["le"])));
    }

    [SkippableFact]
    public async Task Promtool_complains_about_the_two_documented_gauges_that_end_in_total_and_about_nothing_else()
    {
        var complaints = await Promtool.CheckMetricsAsync(worker.Page.Text);

        Assert.Equal(
            ["persistent_cache_hits_total", "persistent_cache_misses_total"],
            complaints.Select(complaint => complaint.Split(' ')[0]).Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public void Every_metric_and_label_value_of_the_alerts_exists() => AssertAllExist(AlertRules.Expressions);

    [SkippableFact]
    public void Every_metric_and_label_value_of_the_alerts_tests_exists() =>
        AssertAllExist(AlertRules.Cases.SelectMany(test => test.Series).Select(series => TestLabels().Replace(series, string.Empty)));

    [SkippableFact]
    public void Every_metric_and_label_value_of_the_dashboard_exists() => AssertAllExist(Dashboard.Expressions.Concat(Dashboard.VariableQueries));

    [SkippableFact]
    public void Every_metric_and_label_value_of_the_runbooks_exists() => AssertAllExist(RunbookTests.Texts);

    [SkippableFact]
    public void The_page_shows_the_whole_catalogue_and_nothing_else()
    {
        Assert.Equal(
            Instruments.All.Select(static instrument => (instrument.Name, instrument.Type, instrument.Meaning)).OrderBy(static metric => metric.Name, StringComparer.Ordinal),
            worker.Page.Types.Select(metric => (metric.Key, metric.Value, worker.Page.Helps[metric.Key])).OrderBy(static metric => metric.Key, StringComparer.Ordinal));
        Assert.All(Instruments.All, instrument =>
        {
            var shown = worker.Page.Samples.Where(sample => sample.Name == instrument.Name).ToArray();
            Assert.Equal(instrument.Type == "histogram" ? 0 : instrument.Series.Count, shown.Length);
            Assert.All(shown, sample =>
            {
                Assert.Equal(instrument.Labels.Count, sample.Labels.Count);
                Assert.All(instrument.Labels, label => Assert.Contains(sample.Labels[label.Name], label == Instruments.Queues ? ["updates"] : label.Values));
            });
        });
    }

    [SkippableFact]
    public void A_histogram_has_the_buckets_of_the_catalogue() => Assert.All(Instruments.All.OfType<HistogramDefinition>(), histogram => Assert.Equal(
        [.. histogram.Buckets, double.PositiveInfinity],
        worker.Page.Samples.Where(sample => sample.Name == histogram.Name + "_bucket")
            .Select(static sample => double.Parse(sample.Labels["le"].Replace("+Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture))));

    [SkippableFact]
    public async Task Pages_shown_under_load_are_whole_and_their_counters_only_grow()
    {
        Assert.NotNull(worker.Page);
        var busy = worker.UnderLoad.Where(static page => page.Sum("persistent_cache_messages_processed_total") is > 0 and < ScrapedWorker.Messages).ToArray();
        Assert.NotEmpty(busy);
        Assert.Equal(2, (await Promtool.CheckMetricsAsync(busy[0].Text)).Count);
        foreach (var (before, after) in worker.UnderLoad.Zip(worker.UnderLoad.Skip(1).Append(worker.Page)))
        {
            Assert.EndsWith("\n", before.Text, StringComparison.Ordinal);
            var earlier = before.Samples.Where(sample => before.Types.GetValueOrDefault(sample.Name) == "counter" || sample.Name.EndsWith("_bucket", StringComparison.Ordinal));
            Assert.All(earlier, sample => Assert.True(after.Sum(sample.Name, [.. sample.Labels.Select(static label => (label.Key, label.Value))]) >= sample.Value, sample.ToString()));
            Assert.Empty(before.Types.Keys.Except(after.Types.Keys));
        }
    }

    [SkippableFact]
    public void A_scrape_of_the_worker_leaves_next_to_no_garbage()
    {
        var series = worker.Page.Samples.Count;
        output.WriteLine($"a scrape: {worker.Cost.Time.TotalMilliseconds:0.00} ms over HTTP, {worker.Cost.AllocatedBytes:0} bytes allocated, {series} samples, {worker.Page.Text.Length} bytes");
        Assert.True(series > 200, $"Only {series} samples.");
        Assert.True(worker.Cost.AllocatedBytes < MostBytesAScrape, $"A scrape allocates {worker.Cost.AllocatedBytes:0} bytes.");
    }

    [SkippableFact]
    public void The_figures_of_the_load_are_right()
    {
        var page = worker.Page;

        Assert.Equal(ScrapedWorker.Messages + 1, page.Sum("persistent_cache_messages_processed_total"));
        Assert.Equal(page.Sum("persistent_cache_messages_total"), page.Sum("persistent_cache_message_handling_duration_seconds_count"));
        Assert.Equal(1, page.Sum("persistent_cache_messages_total", ("outcome", "ignored"), ("type", "cache_sweep")));
        Assert.Equal(ScrapedWorker.Messages + 1, page.Sum("persistent_cache_delete_batch_size_sum"));
        Assert.Equal(ScrapedWorker.Messages, page.Sum("persistent_cache_write_duration_seconds_count"));
        Assert.Equal(1, page.Sum("persistent_cache_redis_connected"));
        Assert.Equal(1, page.Sum("persistent_cache_build_info"));
        Assert.Equal(0, page.Sum("metrics_exposition_problems_total"));
        Assert.InRange(page.Sum("persistent_cache_hit_ratio"), 0, 1);
    }

    private static bool IsPartOf(string sample, string histogram) =>
        sample == histogram + "_bucket" || sample == histogram + "_sum" || sample == histogram + "_count";

    private void AssertAllExist(IEnumerable<string> texts)
    {
        var references = texts.SelectMany(MetricReference.In).ToArray();
        Assert.NotEmpty(references);
        Assert.All(references, reference =>
        {
            var samples = worker.Page.Samples.Where(sample => sample.Name == reference.Name).ToArray();
            Assert.True(samples.Length > 0, $"There is no metric {reference.Name}.");
            Assert.All(reference.Matchers, matcher => Assert.True(
                samples.Any(sample => sample.Labels.GetValueOrDefault(matcher.Label) == matcher.Value),
                $"{reference.Name} has no series with {matcher.Label}=\"{matcher.Value}\"."));
        });
    }

    // Labels that Prometheus adds, and buckets and queues the tests choose.
    [GeneratedRegex("""(job|instance|le|queue)="[^"]*",?""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TestLabels();
}
