using System.Runtime.InteropServices;
using System.Text.Json;
using LocalSqs;
using LocalSqs.CommandLine;

const int WrongUsage = 64; // EX_USAGE of sysexits.h

if (args.Contains("--help"))
{
    Console.WriteLine(CommandLineParser.Usage);
    return 0;
}

var options = CommandLineParser.Parse(args, out var problems);
if (problems.Count > 0)
{
    foreach (var problem in problems)
    {
        await Console.Error.WriteLineAsync(problem);
    }

    await Console.Error.WriteLineAsync("local-sqs --help shows all options.");
    return WrongUsage;
}

var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
using var onTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var loggers = LoggerFactory.Create(static logging => logging
    .SetMinimumLevel(LogLevel.Warning)
    .AddConsole(static console => console.LogToStandardErrorThreshold = LogLevel.Trace));

LocalSqsServer server;
try
{
    server = await LocalSqsServer.StartAsync(options with { LoggerFactory = loggers });
}
catch (Exception exception) when (exception is IOException or FormatException or LocalSqs.Protocol.SqsException)
{
    // The port is taken, the address is none, a queue's name is not valid.
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}

await using (server)
{
    Console.WriteLine(JsonSerializer.Serialize(new
    {
        endpoint = server.ServiceUrl,
        queueUrl = server.QueueUrl(options.Queues[0].Name),
        queues = server.QueueNames.ToDictionary(static name => name, server.QueueUrl, StringComparer.Ordinal),
        ctl = server.ControlUrl,
        pid = Environment.ProcessId,
    }));
    await stop.Task;
}

return 0;

void Stop(PosixSignalContext context)
{
    context.Cancel = true; // the runtime's own way would end the process before the answers in progress
    stop.TrySetResult();
}
