using EntitlementCache.Caching;
using EntitlementCache.Hosting;
using EntitlementCache.Redis;
using PersistentCacheService.Commands.Auditing;
using PersistentCacheService.Commands.Check;
using PersistentCacheService.Commands.DeadLetters;
using PersistentCacheService.Commands.Inspect;
using PersistentCacheService.Commands.Sweeping;
using PersistentCacheService.Commands.Warming;

namespace PersistentCacheService.Commands;

/// <summary>The commands beside the worker: small tools for an operator's shell, an init container, a probe.</summary>
internal static class OperatorCommands
{
    /// <summary>Runs the command that the arguments name.</summary>
    /// <returns>The exit code, see <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandContext context, CancellationToken cancellationToken)
    {
        if (arguments[0] == DeadLetterCommand.Name)
        {
            return await DeadLetterCommand.RunAsync([.. arguments.Skip(1)], context, cancellationToken);
        }

        if (CommandLine.Parse(arguments, out var problem) is not { } line)
        {
            await context.Errors.WriteLineAsync($"{problem} See --help.");
            return ExitCodes.WrongUsage;
        }

        try
        {
            return await RunAsync(line, context, cancellationToken);
        }
        catch (RedisFailureException exception)
        {
            await context.Errors.WriteLineAsync($"Redis: {exception.Message} Remedy: {exception.Kind.Remedy()}.");
            return exception.Kind.NeedsConfiguration() ? ExitCodes.WrongConfiguration : ExitCodes.Unavailable;
        }
        catch (CustomerLockedException exception)
        {
            await context.Errors.WriteLineAsync($"{exception.Message} An SDK is fetching the customer again; try again later.");
            return ExitCodes.TryAgain;
        }
    }

    private static Task<int> RunAsync(CommandLine line, CommandContext context, CancellationToken cancellationToken) => line.Verb switch
    {
        Verb.Inspect => InspectCommand.RunAsync(line, context, cancellationToken),
        Verb.Check => CheckCommand.RunAsync(context, cancellationToken),
        Verb.Purge => PurgeCommand.RunAsync(line, context, cancellationToken),
        Verb.Sweep => SweepCommand.RunAsync(line, context, cancellationToken),
        Verb.Warm => WarmCommand.RunAsync(line, context, cancellationToken),
        Verb.Audit => AuditCommand.RunAsync(line, context, cancellationToken),
        Verb.Healthcheck => HealthcheckCommand.RunAsync(line, context, cancellationToken),
        Verb.Version => PrintAsync(context, VersionLine),
        _ => PrintAsync(context, HelpText.Text.TrimEnd()),
    };

    private static string VersionLine =>
        $"persistent-cache-service {BuildInfo.Version} ({(BuildInfo.Revision.Length > 0 ? BuildInfo.Revision + ", " : "")}{BuildInfo.Runtime})";

    private static async Task<int> PrintAsync(CommandContext context, string text)
    {
        await context.Output.WriteLineAsync(text);
        return ExitCodes.Stopped;
    }
}
