using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using EntitlementCache.Hosting;

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
            return parseResult.RootCommandResult.Command.Parse("--help").Invoke(parseResult.InvocationConfiguration);
        }

        _ = new HelpAction().Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Exit codes:");
        foreach (var line in ExitCodeList.Of(command.Parents.OfType<Command>().FirstOrDefault()?.Name == DeadLetters.DeadLetterTree.Name ? DeadLetters.DeadLetterTree.Name : command.Name))
        {
            output.WriteLine(line);
        }

        return ExitCodes.Stopped;
    }
}
