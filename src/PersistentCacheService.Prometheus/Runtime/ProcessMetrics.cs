using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace PersistentCacheService.Prometheus.Runtime;

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

        meter.CreateObservableCounter(
            "process_cpu_seconds_total",
            CpuSeconds,
            "s",
            "User and system CPU time spent.");
        Gauge("process_start_time_seconds", () => startTime, "s", "Start of the process, seconds since the Unix epoch.");
        Gauge("process_virtual_memory_bytes", () => reader.Read().VirtualBytes, "By", "Virtual memory size.");
        Gauge("process_resident_memory_bytes", () => reader.Read().ResidentBytes, "By", "Resident memory size.");
        Gauge("process_working_set_bytes", () => reader.Read().ResidentBytes, "By", "Working set (resident memory).");
        Gauge("process_private_memory_bytes", () => reader.Read().PrivateBytes, "By", "Private memory size.");
        Gauge("process_open_fds", () => reader.Read().OpenFiles, null, "Open file descriptors.");
        Gauge("process_open_handles", () => reader.Read().OpenFiles, null, "Open handles (file descriptors).");
        Gauge("process_threads", () => reader.Read().Threads, null, "Operating system threads.");
        Gauge("process_num_threads", () => reader.Read().Threads, null, "Operating system threads.");
        if (maxOpenFiles is { } limit)
        {
            Gauge("process_max_fds", () => limit, null, "Limit of open file descriptors.");
        }

        void Gauge(string name, Func<double> read, string? unit, string description) =>
            meter.CreateObservableGauge(name, read, unit, description);
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
