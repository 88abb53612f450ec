using EntitlementCache.Hosting;

namespace PersistentCacheService.Commands.DeadLetters;

/// <summary><c>dlq drop</c>: deletes messages for good, after they were counted and it was confirmed.</summary>
internal static class DropCommand
{
    /// <summary>Counts, asks, deletes.</summary>
    /// <returns>0: all that were meant are gone; 4: some are still there; 64: not confirmed.</returns>
    public static async Task<int> RunAsync(DeadLetterQueue queue, DeadLetterState state, DeadLetterOptions options, CommandContext context, CancellationToken cancellationToken)
    {
        if (!options.Yes && await AskAsync(queue, state, options, context, cancellationToken) is { } exitCode)
        {
            return exitCode;
        }

        var tally = new RunTally();
        var progress = new DeadLetterProgress(context, options.Json);
        var pass = new DeadLetterPass(queue, DeadLetterPass.Working, int.MaxValue);
        try
        {
            await using (pass)
            {
                await foreach (var letters in pass.ReadAsync(cancellationToken))
                {
                    var meant = letters.Where(letter => options.Filter.Fits(letter, context.Time.GetUtcNow())).ToList();
                    tally.Kept += letters.Count - meant.Count;
                    if (meant.Count > 0)
                    {
                        var deleted = await queue.DeleteAsync(meant, CancellationToken.None);
                        pass.Forget(deleted);
                        tally.Done += deleted.Count;
                        tally.Fail(meant.Count - deleted.Count, "the queue did not delete them");
                    }

                    await progress.ShowAsync("dropped", tally.Done, state.Total);
                }
            }
        }
        finally
        {
            await progress.LeaveAsync();
            await context.Output.WriteLineAsync(options.Json ? tally.Json("dropped") : tally.Text("dropped", queue.IsFifo));
        }

        return tally.Failed > 0 ? ExitCodes.Incomplete : ExitCodes.Stopped;
    }

    /// <returns>Null: yes.</returns>
    private static async Task<int?> AskAsync(DeadLetterQueue queue, DeadLetterState state, DeadLetterOptions options, CommandContext context, CancellationToken cancellationToken)
    {
        var progress = new DeadLetterProgress(context, options.Json);
        var meant = 0;
        var pass = new DeadLetterPass(queue, DeadLetterPass.Reading, options.Limit);
        await using (pass)
        {
            await foreach (var letters in pass.ReadAsync(cancellationToken))
            {
                meant += letters.Count(letter => options.Filter.Fits(letter, context.Time.GetUtcNow()));
                await progress.ShowAsync("looked at", pass.Seen, state.Total);
            }
        }

        await progress.LeaveAsync();
        var question = DeadLetterText.Of($"{DeadLetterText.Messages(meant)} of {pass.Seen:#,0} seen in {queue.Name} would be deleted for good.");
        if (meant == 0)
        {
            await context.Errors.WriteLineAsync(question);
            return ExitCodes.Stopped;
        }

        if (!context.IsTerminal || context.Input is null)
        {
            await context.Errors.WriteLineAsync($"{question} Nothing was deleted: say --yes.");
            return ExitCodes.WrongUsage;
        }

        await context.Output.WriteAsync($"{question} Type yes: ");
        await context.Output.FlushAsync(cancellationToken);
        if (await context.Input.ReadLineAsync(cancellationToken) is { } answer && answer.Trim().Equals("yes", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        await context.Output.WriteLineAsync("Nothing was deleted.");
        return ExitCodes.WrongUsage;
    }
}
