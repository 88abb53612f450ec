using System.Globalization;
using TestKit.Processes;

namespace EndToEnd.Processes;

/// <summary>Which process runs on which core: what is measured has one for itself.</summary>
/// <param name="WorkerCore">Core of what is measured.</param>
/// <param name="ServerCore">Core of the emulator and Redis, and of this program.</param>
/// <param name="Realtime">Whether all of them run before any other process of the machine (SCHED_RR, so that processes of this priority take turns): for machines that others use, too.</param>
internal sealed record Placement(int WorkerCore, int ServerCore, bool Realtime)
{
    private const string Priority = "10"; // above every normal process, below the kernel's own threads

    /// <summary>A program on the measured core.</summary>
    public ChildProcessSpec OnWorkerCore(string program, params IReadOnlyList<string> arguments) => On(WorkerCore, program, arguments);

    /// <summary>A program beside the servers.</summary>
    public ChildProcessSpec OnServerCore(string program, params IReadOnlyList<string> arguments) => On(ServerCore, program, arguments);

    /// <summary>Moves a running process beside the servers.</summary>
    public async Task MoveToServerCoreAsync(int processId)
    {
        var id = processId.ToString(CultureInfo.InvariantCulture);
        await ChildProcess.RunAsync(new ChildProcessSpec("taskset", "-a", "-c", "-p", Text(ServerCore), id));
        if (Realtime)
        {
            await ChildProcess.RunAsync(new ChildProcessSpec("chrt", "-a", "-r", "-p", Priority, id));
        }
    }

    // taskset and chrt replace themselves by the program: the process id is the program's.
    private ChildProcessSpec On(int core, string program, IReadOnlyList<string> arguments) => Realtime
        ? new ChildProcessSpec("chrt", ["-r", Priority, "taskset", "-c", Text(core), program, .. arguments])
        : new ChildProcessSpec("taskset", ["-c", Text(core), program, .. arguments]);

    private static string Text(int core) => core.ToString(CultureInfo.InvariantCulture);
}
