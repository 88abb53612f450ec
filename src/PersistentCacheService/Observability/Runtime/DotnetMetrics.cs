using System.Runtime.ExceptionServices;
using EntitlementCache.Observability;

namespace PersistentCacheService.Observability.Runtime;

/// <summary>The <c>dotnet_*</c> instruments: garbage collector, thread pool, exceptions and lock contention.</summary>
internal sealed class DotnetMetrics : IDisposable
{
    private long _exceptions;

    public DotnetMetrics(MetricsPage page)
    {
        AppDomain.CurrentDomain.FirstChanceException += OnFirstChanceException;
        Instruments.Collections.Observe(page, static generation => GC.CollectionCount(generation));
        Instruments.ManagedMemory.Observe(page, static () => GC.GetTotalMemory(forceFullCollection: false));
        Instruments.HeapSize.Observe(page, static () => GC.GetGCMemoryInfo(GCKind.Any).HeapSizeBytes);
        Instruments.CommittedMemory.Observe(page, static () => GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes);
        Instruments.AllocatedMemory.Observe(page, static () => GC.GetTotalAllocatedBytes());
        Instruments.CollectorPauses.Observe(page, static () => GC.GetTotalPauseDuration().TotalSeconds);
        Instruments.PoolThreads.Observe(page, static () => ThreadPool.ThreadCount);
        Instruments.PoolQueueLength.Observe(page, static () => ThreadPool.PendingWorkItemCount);
        Instruments.PoolCompletedItems.Observe(page, static () => ThreadPool.CompletedWorkItemCount);
        Instruments.LockContentions.Observe(page, static () => Monitor.LockContentionCount);
        Instruments.Exceptions.Observe(page, () => Volatile.Read(ref _exceptions));
    }

    public void Dispose() => AppDomain.CurrentDomain.FirstChanceException -= OnFirstChanceException;

    private void OnFirstChanceException(object? sender, FirstChanceExceptionEventArgs e) => Interlocked.Increment(ref _exceptions);
}
