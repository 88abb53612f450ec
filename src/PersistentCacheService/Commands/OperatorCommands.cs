using System.CommandLine;
using System.CommandLine.Invocation;
using EntitlementCache.Caching;
using EntitlementCache.Hosting;
using EntitlementCache.Redis;

namespace PersistentCacheService.Commands;

/// <summary>The commands beside the worker: small tools for an operator's shell, an init container, a probe.</summary>
internal static class OperatorCommands
{
    // An @ begins the path of a URL's file, see warm; no word of ours is short for several.
    private static readonly ParserConfiguration Parser = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    /// <summary>Runs the command that the arguments name, to its end or to Ctrl-C.</summary>
    /// <returns>The exit code, see <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var line = CommandTree.Create(context).Parse(arguments, Parser);
        if (line.Action is null or ParseErrorAction || (line.Errors.Count > 0 && !line.Action.ClearsParseErrors))
        {
            await context.Errors.WriteLineAsync($"{FindProblem(line)} See {Path(line)}--help.");
            return ExitCodes.WrongUsage;
        }

        using var signals = new StopSignals(cancellationToken);
        try
        {
            // Signals and exceptions are ours: each has an exit code of its own.
            var invocation = new InvocationConfiguration { Output = context.Output, Error = context.Errors, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await line.InvokeAsync(invocation, signals.Token);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            await context.Errors.WriteLineAsync("Stopped.");
            return ExitCodes.TryAgain;
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

    /// <summary>The first problem. What stands where nothing may is named only when it can be no secret.</summary>
    private static string FindProblem(ParseResult line)
    {
        var hasCommands = line.CommandResult.Command.Subcommands.Count > 0;
        var strange = line.UnmatchedTokens.OrderByDescending(static token => token.StartsWith('-')).FirstOrDefault();
        return strange switch
        {
            { } token when hasCommands => $"There is no command '{Path(line)}{token}'.",
            { } token when token.StartsWith('-') => Words.NoOption(token),
            { } token => token.Contains("://", StringComparison.Ordinal) ? "A word too many." : $"It takes no '{token}'.",
            null when hasCommands => $"Which command? {string.Join(", ", line.CommandResult.Command.Subcommands.Where(static command => !command.Hidden).Select(static command => command.Name))}.",
            null => line.Errors[0].Message,
        };
    }

    /// <summary>The command's name as it is typed, with a blank after it; empty: none was named.</summary>
    private static string Path(ParseResult line)
    {
        var names = new Stack<string>();
        for (var command = line.CommandResult; command.Parent is System.CommandLine.Parsing.CommandResult parent; command = parent)
        {
            names.Push($"{command.Command.Name} ");
        }

        return string.Concat(names);
    }
}
