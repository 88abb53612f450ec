using System.ComponentModel;
using System.Runtime.InteropServices;

namespace TestKit.Processes;

/// <summary>kill(2).</summary>
internal static partial class PosixSignal
{
    private const int NoSuchProcess = 3; // ESRCH

    public static void Send(int processId, Signal signal)
    {
        if (Kill(processId, (int)signal) != 0 && Marshal.GetLastPInvokeError() is var error and not NoSuchProcess)
        {
            throw new Win32Exception(error, $"{signal} to process {processId}");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);
}
