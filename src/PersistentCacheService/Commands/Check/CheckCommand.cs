using EntitlementCache.Hosting;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Commands.Check;

/// <summary><c>check</c>: tries all the worker needs, one line each with a remedy. As an init container it keeps a worker that cannot work from starting.</summary>
internal static class CheckCommand
{
    /// <summary>Tries everything and prints the findings in a fixed order.</summary>
    /// <returns>0: the worker can work; 69: something is unavailable at the moment; 78: the configuration is wrong.</returns>
    public static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var reading = SettingsReader.Read(context.Environment);
        if (reading.Settings is not { } settings)
        {
            foreach (var problem in reading.Problems)
            {
                await context.Output.WriteLineAsync(new Finding(Severity.Misconfigured, "settings", problem).ToString());
            }

            return ExitCodes.WrongConfiguration;
        }

        await context.Output.WriteLineAsync(Finding.Ok("settings", $"all are valid; layout {settings.Cache.Layout.ToString().ToLowerInvariant()}, prefix {settings.Cache.EnvironmentPrefix}").ToString());
        foreach (var warning in reading.Warnings)
        {
            await context.Output.WriteLineAsync(new Finding(Severity.Warning, "settings", warning).ToString());
        }

        var worst = Severity.Ok;
        // All at once: an unreachable network would else cost the sum of all deadlines.
        Task<IReadOnlyList<Finding>>[] trials =
        [
            NameTrial.RunAsync(settings, cancellationToken),
            SentinelTrial.RunAsync(settings.Redis, context.Time, cancellationToken),
            RedisTrial.RunAsync(settings, context.Time, cancellationToken),
            .. settings.Queues.Select(queue => QueueTrial.RunAsync(queue, settings.EdgeApi, cancellationToken)),
            EdgeTrial.RunAsync(settings.EdgeApi, context.Time, cancellationToken),
        ];
        foreach (var trial in trials)
        {
            foreach (var finding in await trial)
            {
                await context.Output.WriteLineAsync(finding.ToString());
                worst = finding.Severity > worst ? finding.Severity : worst;
            }
        }

        return worst switch
        {
            Severity.Misconfigured => ExitCodes.WrongConfiguration,
            Severity.Unavailable => ExitCodes.Unavailable,
            _ => ExitCodes.Stopped,
        };
    }
}
