using EntitlementCache.Hosting;
using EntitlementCache.Observability;
using EntitlementCache.Outbound;
using EntitlementCache.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PersistentCacheService;
using PersistentCacheService.Commands;
using PersistentCacheService.Queue;
using PersistentCacheService.Settings;
using SharedLog = EntitlementCache.Log;

AmbientVariables.Clean();
OutgoingHttp.PrepareProxy();
if (args.Length > 0)
{
    var context = new CommandContext(
        Environment.GetEnvironmentVariable, Console.Out, Console.Error, TimeProvider.System, !Console.IsOutputRedirected, Console.IsInputRedirected ? null : Console.In)
    {
        Piped = Console.In,
    };
    return await OperatorCommands.RunAsync(args, context, CancellationToken.None);
}

// Before the first thread of the pool starts.
BatchScheduling.TryEnter();
var reading = SettingsReader.Read(Environment.GetEnvironmentVariable);
using var log = new JsonLog(reading.Logging, Console.OpenStandardOutput());
using var logging = LoggerFactory.Create(log.AddTo);
var logger = logging.CreateLogger("PersistentCacheService.Program");
UncaughtExceptions.Watch(log, logger);
if (reading.Settings is not { } settings)
{
    foreach (var problem in reading.Problems)
    {
        SharedLog.WrongSetting(logger, problem);
    }

    SharedLog.NotStarted(logger, reading.Problems.Count, ExitCodes.WrongConfiguration);
    return ExitCodes.WrongConfiguration;
}

foreach (var warning in reading.Warnings)
{
    SharedLog.RiskySetting(logger, warning);
}

try
{
    await using var service = ServiceHost.Build(settings, log);
    var lanes = service.Services.GetRequiredService<QueueLanes>();
    await service.RunAsync();
    return lanes.All.Any(static lane => lane.Memory.HasEndedService) ? ExitCodes.Crashed : ExitCodes.Stopped;
}
catch (Exception exception)
{
    SharedLog.Crashed(logger, exception);
    return ExitCodes.Crashed;
}
