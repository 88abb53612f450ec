using System.ComponentModel;
using System.Runtime.InteropServices;

namespace EndToEnd.Processes;

/// <summary>Processor time of a process as the scheduler counts it, in ns: /proc/PID/stat has steps of 10 ms.</summary>
internal static partial class ProcessClock
{
    // Linux, include/linux/posix-timers.h: the clock of a process is the complement of its id above three bits, of which 2 asks for the scheduler's count.
    private const int Scheduler = 2;

    /// <summary>User and system time of all its threads since its start, in seconds.</summary>
    /// <exception cref="InvalidOperationException">There is no such process.</exception>
    public static double ReadSeconds(int processId) => Read((~processId << 3) | Scheduler, out var time) == 0
        ? time.Seconds + (time.Nanoseconds / 1e9)
        : throw new InvalidOperationException($"The processor time of process {processId} cannot be read.", new Win32Exception(Marshal.GetLastPInvokeError()));

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Read(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
