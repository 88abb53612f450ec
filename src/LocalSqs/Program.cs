using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using LocalSqs;

const int WrongUsage = 64; // EX_USAGE of sysexits.h

if (args.Contains("--help"))
{
    Console.WriteLine(Arguments.Usage);
    return 0;
}

var options = Arguments.Parse(args, out var problems);
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
    Console.WriteLine(new JsonObject
    {
        ["endpoint"] = server.ServiceUrl,
        ["queueUrl"] = server.QueueUrl(options.Queues[0].Name),
        ["queues"] = new JsonObject(server.QueueNames.Select(name => KeyValuePair.Create(name, (JsonNode?)server.QueueUrl(name)))),
        ["ctl"] = server.ControlUrl,
        ["pid"] = Environment.ProcessId,
    }.ToJsonString());
    await stop.Task;
}

return 0;

void Stop(PosixSignalContext context)
{
    context.Cancel = true; // the runtime's own way would end the process before the answers in progress
    stop.TrySetResult();
}
