using System.Globalization;

namespace EndToEnd.Processes;

/// <summary>What the kernel knows about a process.</summary>
/// <param name="CpuSeconds">Processor time since its start, user and system.</param>
/// <param name="RssMb">Resident memory in MB (2^20).</param>
/// <param name="PeakRssMb">Its highest value so far.</param>
internal sealed record ProcFigures(double CpuSeconds, double RssMb, double PeakRssMb)
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux

    public static ProcFigures Read(int processId) =>
        Parse(File.ReadAllText($"/proc/{processId}/stat"), File.ReadAllLines($"/proc/{processId}/status")) with { CpuSeconds = ProcessClock.ReadSeconds(processId) };

    /// <summary>Reads the texts of /proc/PID/stat and /proc/PID/status (proc(5)).</summary>
    public static ProcFigures Parse(string stat, IReadOnlyList<string> status)
    {
        // The name in parentheses may hold spaces and parentheses. After it comes field 3; utime and stime are 14 and 15.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = Number(fields[11]) + Number(fields[12]);
        return new ProcFigures(ticks / TicksPerSecond, Megabytes(status, "VmRSS:"), Megabytes(status, "VmHWM:"));
    }

    private static double Megabytes(IReadOnlyList<string> status, string name) =>
        status.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? Number(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim()) / 1024
            : 0;

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
