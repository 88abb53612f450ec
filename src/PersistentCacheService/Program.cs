using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PersistentCacheService;
using PersistentCacheService.Commands;
using PersistentCacheService.Observability;
using PersistentCacheService.Outbound;
using PersistentCacheService.Queue;
using PersistentCacheService.Settings;

AmbientVariables.Clean();
OutgoingHttp.PrepareProxy();
if (args.Length > 0)
{
    using var input = new StreamReader(Console.OpenStandardInput());
    var context = new CommandContext(Environment.GetEnvironmentVariable, Console.Out, Console.Error, TimeProvider.System, !Console.IsOutputRedirected) { Input = input };
    return await OperatorCommands.RunAsync(args, context, CancellationToken.None);
}

var reading = SettingsReader.Read(Environment.GetEnvironmentVariable);
using var log = new JsonLog(reading.Logging, Console.OpenStandardOutput());
using var logging = LoggerFactory.Create(log.AddTo);
var logger = logging.CreateLogger("PersistentCacheService.Program");
UncaughtExceptions.Watch(log, logger);
if (reading.Settings is not { } settings)
{
    foreach (var problem in reading.Problems)
    {
        Log.WrongSetting(logger, problem);
    }

    Log.NotStarted(logger, reading.Problems.Count, ExitCodes.WrongConfiguration);
    return ExitCodes.WrongConfiguration;
}

foreach (var warning in reading.Warnings)
{
    Log.RiskySetting(logger, warning);
}

try
{
    await using var service = ServiceHost.Build(settings, log);
    var memory = service.Services.GetRequiredService<MemoryShortage>();
    await service.RunAsync();
    return memory.HasEndedService ? ExitCodes.Crashed : ExitCodes.Stopped;
}
catch (Exception exception)
{
    Log.Crashed(logger, exception);
    return ExitCodes.Crashed;
}
