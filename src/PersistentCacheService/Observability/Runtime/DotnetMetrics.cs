using System.Diagnostics.Metrics;
using System.Runtime.ExceptionServices;

namespace PersistentCacheService.Observability.Runtime;

/// <summary>The <c>dotnet_*</c> instruments: garbage collector, thread pool, exceptions and lock contention.</summary>
internal sealed class DotnetMetrics : IDisposable
{
    private long _exceptions;

    public DotnetMetrics(Meter meter)
    {
        AppDomain.CurrentDomain.FirstChanceException += OnFirstChanceException;
        Instruments.Collections.Observe(meter, static generation => GC.CollectionCount(generation));
        Instruments.ManagedMemory.Observe(meter, static () => GC.GetTotalMemory(forceFullCollection: false));
        Instruments.HeapSize.Observe(meter, static () => GC.GetGCMemoryInfo(GCKind.Any).HeapSizeBytes);
        Instruments.CommittedMemory.Observe(meter, static () => GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes);
        Instruments.AllocatedMemory.Observe(meter, static () => GC.GetTotalAllocatedBytes());
        Instruments.CollectorPauses.Observe(meter, static () => GC.GetTotalPauseDuration().TotalSeconds);
        Instruments.PoolThreads.Observe(meter, static () => ThreadPool.ThreadCount);
        Instruments.PoolQueueLength.Observe(meter, static () => ThreadPool.PendingWorkItemCount);
        Instruments.PoolCompletedItems.Observe(meter, static () => ThreadPool.CompletedWorkItemCount);
        Instruments.LockContentions.Observe(meter, static () => Monitor.LockContentionCount);
        Instruments.Exceptions.Observe(meter, () => Volatile.Read(ref _exceptions));
    }

    public void Dispose() => AppDomain.CurrentDomain.FirstChanceException -= OnFirstChanceException;

    private void OnFirstChanceException(object? sender, FirstChanceExceptionEventArgs e) => Interlocked.Increment(ref _exceptions);
}
