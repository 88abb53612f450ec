using EntitlementCache.Hosting;
using EntitlementCache.Observability;
using EntitlementCache.Outbound;
using EntitlementCache.Settings;
using Sidecar;
using Sidecar.Settings;
using SharedLog = EntitlementCache.Log;

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
    await using var app = SidecarHost.Build(settings, log);
    await app.RunAsync();
    return ExitCodes.Stopped;
}
catch (Exception exception)
{
    SharedLog.Crashed(logger, exception);
    return ExitCodes.Crashed;
}
