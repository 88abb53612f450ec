using System.Collections.Concurrent;
using System.Diagnostics;

namespace TestKit.Processes;

/// <summary>Starts all processes from one thread that lives as long as the test process.</summary>
/// <remarks>The death signal of prctl(2) is sent when the <em>thread</em> that forked ends, and threads of the pool end when idle.</remarks>
internal static class ProcessSpawner
{
    private static readonly BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> Requests = Begin();

    public static Task<Process> StartAsync(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Requests.Add((start, started));
        return started.Task;
    }

    private static BlockingCollection<(ProcessStartInfo, TaskCompletionSource<Process>)> Begin()
    {
        var requests = new BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)>();
        new Thread(() => Run(requests)) { IsBackground = true, Name = "process spawner" }.Start();
        return requests;
    }

    private static void Run(BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> requests)
    {
        foreach (var (start, started) in requests.GetConsumingEnumerable())
        {
            try
            {
                started.SetResult(Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start."));
            }
            catch (Exception exception)
            {
                started.SetException(exception);
            }
        }
    }
}
