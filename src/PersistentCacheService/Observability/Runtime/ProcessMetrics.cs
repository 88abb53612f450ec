using System.Diagnostics;
using EntitlementCache.Observability;

namespace PersistentCacheService.Observability.Runtime;

/// <summary>
/// The <c>process_*</c> instruments under both usual sets of names: those of Prometheus' own client libraries (Go, Java) and
/// those of the .NET one, so that dashboards made for either work.
/// </summary>
internal static class ProcessMetrics
{
    /// <summary>Shows the instruments on a page.</summary>
    public static void AddTo(MetricsPage page, TimeProvider time)
    {
        var reader = new ProcessFiguresReader(time);
        var startTime = StartTimeInSeconds();
        var maxOpenFiles = ProcessFiguresReader.MaxOpenFiles();
        Instruments.ProcessCpu.Observe(page, static () => CpuSeconds());
        Instruments.ProcessStart.Observe(page, () => startTime);
        Instruments.ProcessVirtualMemory.Observe(page, () => reader.Read().VirtualBytes);
        Instruments.ProcessResidentMemory.Observe(page, () => reader.Read().ResidentBytes);
        Instruments.ProcessWorkingSet.Observe(page, () => reader.Read().ResidentBytes);
        Instruments.ProcessPrivateMemory.Observe(page, () => reader.Read().PrivateBytes);
        Instruments.ProcessOpenFiles.Observe(page, () => reader.Read().OpenFiles);
        Instruments.ProcessOpenHandles.Observe(page, () => reader.Read().OpenFiles);
        Instruments.ProcessMaxFiles.Observe(page, () => maxOpenFiles);
        Instruments.ProcessThreads.Observe(page, () => reader.Read().Threads);
        Instruments.ProcessThreadsCount.Observe(page, () => reader.Read().Threads);
    }

    private static double CpuSeconds()
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows() || OperatingSystem.IsMacOS())
        {
            return Environment.CpuUsage.TotalTime.TotalSeconds;
        }

        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }

    private static double StartTimeInSeconds()
    {
        using var process = Process.GetCurrentProcess();
        return (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
    }
}
