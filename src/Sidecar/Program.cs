using PersistentCacheService;
using PersistentCacheService.Observability;
using PersistentCacheService.Outbound;
using PersistentCacheService.Settings;
using Sidecar;
using Sidecar.Settings;
using WorkerLog = PersistentCacheService.Observability.Log;

AmbientVariables.Clean();
OutgoingHttp.PrepareProxy();
var reading = SidecarSettingsReader.Read(Environment.GetEnvironmentVariable);
using var log = new JsonLog(reading.Logging, Console.OpenStandardOutput());
using var logging = LoggerFactory.Create(log.AddTo);
var logger = logging.CreateLogger("Sidecar.Program");
UncaughtExceptions.Watch(log, logger);
if (reading.Settings is not { } settings)
{
    foreach (var problem in reading.Problems)
    {
        WorkerLog.WrongSetting(logger, problem);
    }

    WorkerLog.NotStarted(logger, reading.Problems.Count, ExitCodes.WrongConfiguration);
    return ExitCodes.WrongConfiguration;
}

foreach (var warning in reading.Warnings)
{
    WorkerLog.RiskySetting(logger, warning);
}

try
{
    await using var app = SidecarHost.Build(settings, log);
    await app.RunAsync();
    return ExitCodes.Stopped;
}
catch (Exception exception)
{
    WorkerLog.Crashed(logger, exception);
    return ExitCodes.Crashed;
}
