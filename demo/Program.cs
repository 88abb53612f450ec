using System.Runtime.InteropServices;
using Demo;

using var interrupted = new CancellationTokenSource();
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

var keepsRunning = Environment.GetEnvironmentVariable("KEEP") is "1" or "true";
try
{
    return await DemoRun.RunAsync(keepsRunning, interrupted.Token) ? 0 : 1;
}
catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
{
    return 130;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true; // The processes and directories are cleaned up first.
    interrupted.Cancel();
}
