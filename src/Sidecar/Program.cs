using Microsoft.Extensions.Logging;
using PersistentCacheService;
using Sidecar;
using Sidecar.Settings;

var (settings, problems) = SidecarSettingsReader.Read(Environment.GetEnvironmentVariable);
using var logging = LoggerFactory.Create(static builder => builder.AddJsonConsole());
var logger = logging.CreateLogger("Sidecar.Program");
if (settings is null)
{
    foreach (var problem in problems)
    {
        Log.WrongSetting(logger, problem);
    }

    Log.NotStarted(logger, problems.Count, ExitCodes.WrongConfiguration);
    return ExitCodes.WrongConfiguration;
}

try
{
    await using var app = await SidecarHost.BuildAsync(settings);
    await app.StartAsync();
    Log.Ready(logger, settings.Port, settings.HttpPort, settings.Redis is null ? "in memory" : "Redis");
    await app.WaitForShutdownAsync();
    return ExitCodes.Stopped;
}
catch (Exception exception)
{
    Log.Crashed(logger, exception);
    return ExitCodes.Crashed;
}
