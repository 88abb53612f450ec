using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using EntitlementCache.Hosting;
using PersistentCacheService.Commands.DeadLetters;

namespace PersistentCacheService.Commands;

/// <summary>What <c>--help</c> prints: words as System.CommandLine lists them, and the exit codes. The settings are in the documentation: they are too many for a screen.</summary>
internal sealed class HelpPage : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        ArgumentNullException.ThrowIfNull(parseResult);
        var command = parseResult.CommandResult.Command;
        if (command.Hidden)
        {
            // The word help asks for the help of what it stands behind.
            string[] before = [.. parseResult.Tokens.Select(static token => token.Value).TakeWhile(word => word != command.Name)];
            return parseResult.RootCommandResult.Command.Parse([.. before, "--help"]).Invoke(parseResult.InvocationConfiguration);
        }

        _ = new HelpAction().Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Exit codes:");
        foreach (var line in ExitCodeList.Of(command.Parents.Any(static above => above.Name == DeadLetterTree.Name) ? DeadLetterTree.Name : command.Name))
        {
            output.WriteLine(line);
        }

        return ExitCodes.Stopped;
    }
}
