using EntitlementCache.Hosting;
using PersistentCacheService.Queue.Sqs;

namespace PersistentCacheService.Commands.DeadLetters;

/// <summary><c>dlq</c>: what lies in the dead-letter queue, why, and the way back.</summary>
internal static class DeadLetterCommand
{
    /// <summary>The first word of the command line.</summary>
    public const string Name = "dlq";

    /// <summary>Runs one of its verbs, to the end or to Ctrl-C.</summary>
    /// <returns>The exit code, see <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandContext context, CancellationToken cancellationToken)
    {
        if (DeadLetterOptions.Parse(arguments, out var problem) is not { } options)
        {
            await context.Errors.WriteLineAsync($"{problem} See {Name} --help.");
            return ExitCodes.WrongUsage;
        }

        if (options.Verb == DeadLetterVerb.Help)
        {
            await context.Output.WriteLineAsync(DeadLetterHelp.Text.TrimEnd());
            return ExitCodes.Stopped;
        }

        using var signals = new StopSignals(cancellationToken);
        try
        {
            if (await DeadLetterAccess.OpenAsync(options, context, signals.Token) is not { } found)
            {
                return ExitCodes.WrongConfiguration;
            }

            using var queue = found.Queue;
            return options.Verb switch
            {
                DeadLetterVerb.List => await ListCommand.RunAsync(queue, found.State, options, context, signals.Token),
                DeadLetterVerb.Explain => await ExplainCommand.RunAsync(queue, options, context, signals.Token),
                DeadLetterVerb.Replay => await ReplayCommand.RunAsync(queue, found.State, options, context, signals.Token),
                _ => await DropCommand.RunAsync(queue, found.State, options, context, signals.Token),
            };
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            await context.Errors.WriteLineAsync("Stopped. No message is lost; run it again to go on.");
            return ExitCodes.TryAgain;
        }
        catch (Exception exception) when (exception.GetSqsErrorKind() is not SqsErrorKind.Unknown and var kind)
        {
            await context.Errors.WriteLineAsync($"Queue: {kind}: {exception.GetSqsCause()}. Remedy: {Remedy(exception, kind)}.");
            return kind.IsConfigurationError() ? ExitCodes.WrongConfiguration : ExitCodes.Unavailable;
        }
    }

    private static string Remedy(Exception exception, SqsErrorKind kind) => kind == SqsErrorKind.AccessDenied
        ? "the operator's role needs the rights of deploy/aws/iam-policy-operator.json"
        : exception.GetSqsRemedy();
}
