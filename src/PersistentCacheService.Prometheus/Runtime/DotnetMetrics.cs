using System.Diagnostics.Metrics;
using System.Runtime.ExceptionServices;

namespace PersistentCacheService.Prometheus.Runtime;

/// <summary>The <c>dotnet_*</c> instruments: garbage collector, thread pool, exceptions and lock contention.</summary>
internal sealed class DotnetMetrics : IDisposable
{
    private static readonly string[] Generations = ["0", "1", "2"];

    private long _exceptions;

    public DotnetMetrics(Meter meter)
    {
        AppDomain.CurrentDomain.FirstChanceException += OnFirstChanceException;

        meter.CreateObservableCounter(
            "dotnet_collection_count_total",
            Collections,
            description: "Garbage collections by generation.");
        Gauge("dotnet_total_memory_bytes", () => GC.GetTotalMemory(forceFullCollection: false), "By", "Managed memory in use, garbage not yet found included.");
        Gauge("dotnet_gc_heap_size_bytes", () => GC.GetGCMemoryInfo(GCKind.Any).HeapSizeBytes, "By", "Managed heap after the last collection.");
        Gauge("dotnet_gc_committed_bytes", () => GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes, "By", "Memory the collector has committed.");
        Counter("dotnet_gc_allocated_bytes_total", () => GC.GetTotalAllocatedBytes(), "By", "Managed memory allocated since the start.");
        Counter("dotnet_gc_pause_seconds_total", () => GC.GetTotalPauseDuration().TotalSeconds, "s", "Time the collector stopped all threads.");
        Gauge("dotnet_threadpool_threads", () => ThreadPool.ThreadCount, null, "Threads of the thread pool.");
        Gauge("dotnet_threadpool_queue_length", () => ThreadPool.PendingWorkItemCount, null, "Work items that wait for a thread.");
        Counter("dotnet_threadpool_completed_items_total", () => ThreadPool.CompletedWorkItemCount, null, "Work items the thread pool has run.");
        Counter("dotnet_lock_contentions_total", () => Monitor.LockContentionCount, null, "Times a thread had to wait for a lock.");
        Counter("dotnet_exceptions_total", () => Volatile.Read(ref _exceptions), null, "Exceptions thrown, caught ones included.");

        void Gauge(string name, Func<double> read, string? unit, string description) =>
            meter.CreateObservableGauge(name, read, unit, description);

        void Counter(string name, Func<double> read, string? unit, string description) =>
            meter.CreateObservableCounter(name, read, unit, description);
    }

    public void Dispose() => AppDomain.CurrentDomain.FirstChanceException -= OnFirstChanceException;

    private static IEnumerable<Measurement<long>> Collections()
    {
        for (var generation = 0; generation < Generations.Length; generation++)
        {
            yield return new(GC.CollectionCount(generation), new KeyValuePair<string, object?>("generation", Generations[generation]));
        }
    }

    private void OnFirstChanceException(object? sender, FirstChanceExceptionEventArgs e) => Interlocked.Increment(ref _exceptions);
}
