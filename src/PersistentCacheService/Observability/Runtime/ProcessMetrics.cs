using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace PersistentCacheService.Observability.Runtime;

/// <summary>
/// The <c>process_*</c> instruments under both usual sets of names: those of Prometheus' own client libraries (Go, Java) and
/// those of the .NET one, so that dashboards made for either work.
/// </summary>
internal static class ProcessMetrics
{
    /// <summary>Creates the instruments on a meter.</summary>
    public static void AddTo(Meter meter, TimeProvider time)
    {
        var reader = new ProcessFiguresReader(time);
        var startTime = StartTimeInSeconds();
        var maxOpenFiles = ProcessFiguresReader.MaxOpenFiles();
        Instruments.ProcessCpu.Observe(meter, static () => CpuSeconds());
        Instruments.ProcessStart.Observe(meter, () => startTime);
        Instruments.ProcessVirtualMemory.Observe(meter, () => reader.Read().VirtualBytes);
        Instruments.ProcessResidentMemory.Observe(meter, () => reader.Read().ResidentBytes);
        Instruments.ProcessWorkingSet.Observe(meter, () => reader.Read().ResidentBytes);
        Instruments.ProcessPrivateMemory.Observe(meter, () => reader.Read().PrivateBytes);
        Instruments.ProcessOpenFiles.Observe(meter, () => reader.Read().OpenFiles);
        Instruments.ProcessOpenHandles.Observe(meter, () => reader.Read().OpenFiles);
        Instruments.ProcessMaxFiles.Observe(meter, () => maxOpenFiles);
        Instruments.ProcessThreads.Observe(meter, () => reader.Read().Threads);
        Instruments.ProcessThreadsCount.Observe(meter, () => reader.Read().Threads);
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
