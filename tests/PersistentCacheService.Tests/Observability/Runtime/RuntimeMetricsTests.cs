using System.Globalization;
using EntitlementCache.Observability;
using PersistentCacheService.Observability.Runtime;
using TestKit;

namespace PersistentCacheService.Tests.Observability.Runtime;

public sealed class RuntimeMetricsTests : IDisposable
{
    private readonly MetricsPage _page = new();
    private readonly RuntimeMetrics _runtime;

    // No time passes between two pages: both show the same reading of the process.
    public RuntimeMetricsTests() => _runtime = new RuntimeMetrics(_page, new ManualTimeProvider());

    public static TheoryData<string> Names =>
    [
        "process_cpu_seconds_total", "process_start_time_seconds", "process_virtual_memory_bytes", "process_resident_memory_bytes",
        "process_working_set_bytes", "process_private_memory_bytes", "process_open_fds", "process_open_handles", "process_threads",
        "process_num_threads", "dotnet_collection_count_total{generation=\"0\"}", "dotnet_collection_count_total{generation=\"1\"}",
        "dotnet_collection_count_total{generation=\"2\"}", "dotnet_total_memory_bytes", "dotnet_gc_heap_size_bytes",
        "dotnet_gc_committed_bytes", "dotnet_gc_allocated_bytes_total", "dotnet_gc_pause_seconds_total", "dotnet_threadpool_threads",
        "dotnet_threadpool_queue_length", "dotnet_threadpool_completed_items_total", "dotnet_lock_contentions_total", "dotnet_exceptions_total",
    ];

    private async Task<double> ValueAsync(string sample)
    {
        var line = (await _page.TextAsync()).Split('\n').Single(candidate => candidate.StartsWith(sample + " ", StringComparison.Ordinal));
        return double.Parse(line[(sample.Length + 1)..], CultureInfo.InvariantCulture);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_usual_name_is_on_the_page(string sample) => Assert.True(await ValueAsync(sample) >= 0);

    [Fact]
    public async Task Both_sets_of_process_names_tell_the_truth_about_this_process()
    {
        Assert.InRange(await ValueAsync("process_resident_memory_bytes"), 10e6, 100e9);
        Assert.Equal(await ValueAsync("process_threads"), await ValueAsync("process_num_threads"));
        Assert.InRange(await ValueAsync("process_threads"), 3, 10_000);
        Assert.InRange(await ValueAsync("process_open_fds"), 3, 100_000);
        Assert.InRange(await ValueAsync("process_cpu_seconds_total"), 0.001, double.MaxValue);
        Assert.InRange(
            TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - await ValueAsync("process_start_time_seconds"),
            0,
            TimeSpan.FromDays(1).TotalSeconds);
    }

    [Fact]
    public async Task A_thrown_exception_is_counted_although_it_was_caught()
    {
        var before = await ValueAsync("dotnet_exceptions_total");

        Assert.Throws<FormatException>(() => _ = int.Parse("x", CultureInfo.InvariantCulture));

        Assert.True(await ValueAsync("dotnet_exceptions_total") > before);
    }

    [Fact]
    public void Rows_of_proc_status_are_found_by_their_whole_name()
    {
        var status = "Name:\tdotnet\nVmPeak:\t  999 kB\nVmSize:\t  123 kB\nThreads:\t7\n"u8;

        Assert.Equal(123, ProcessFiguresReader.Row(status, "VmSize"u8));
        Assert.Equal(7, ProcessFiguresReader.Row(status, "Threads"u8));
        Assert.Equal(0, ProcessFiguresReader.Row(status, "VmData"u8));
    }

    [SkippableFact]
    public async Task Promtool_finds_nothing_to_complain_about() =>
        Assert.Empty(await Promtool.CheckMetricsAsync(await _page.TextAsync()));

    [SkippableFact]
    public async Task Promtool_would_complain_about_a_bad_page() =>
        Assert.Contains(
            await Promtool.CheckMetricsAsync("# TYPE a_total gauge\na_total 1\n"),
            line => line.Contains("a_total", StringComparison.Ordinal));

    public void Dispose() => _runtime.Dispose();
}
