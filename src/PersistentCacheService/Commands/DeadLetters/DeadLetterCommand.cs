using EntitlementCache.Hosting;
using PersistentCacheService.Queue.Sqs;

namespace PersistentCacheService.Commands.DeadLetters;

/// <summary><c>dlq</c>: what lies in the dead-letter queue, why, and the way back.</summary>
internal static class DeadLetterCommand
{
    /// <summary>Runs one of its commands, to the end or to Ctrl-C.</summary>
    /// <param name="options">What is asked for.</param>
    /// <param name="context">What it stands on.</param>
    /// <param name="run">The command.</param>
    /// <param name="cancellationToken">Stop.</param>
    /// <returns>The exit code, see <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(
        DeadLetterOptions options, CommandContext context, Func<DeadLetterQueue, DeadLetterState, DeadLetterOptions, CommandContext, CancellationToken, Task<int>> run, CancellationToken cancellationToken)
    {
        try
        {
            if (await DeadLetterAccess.OpenAsync(options, context, cancellationToken) is not { } found)
            {
                return ExitCodes.WrongConfiguration;
            }

            using var queue = found.Queue;
            return await run(queue, found.State, options, context, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await context.Errors.WriteLineAsync("Stopped. What is not done yet is still in the queue; run it again to continue.");
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
