using EntitlementCache.Hosting;

namespace PersistentCacheService.Commands.DeadLetters;

/// <summary><c>dlq drop</c>: deletes messages for good, after they were counted and it was confirmed.</summary>
internal static class DropCommand
{
    /// <summary>Counts, asks, deletes what was counted; with <c>--yes</c> it deletes what fits.</summary>
    /// <returns>0: all that were meant are gone; 4: some are still there; 64: not confirmed.</returns>
    public static async Task<int> RunAsync(DeadLetterQueue queue, DeadLetterState state, DeadLetterOptions options, CommandContext context, CancellationToken cancellationToken)
    {
        HashSet<string>? confirmed = null;
        if (!options.Yes)
        {
            (confirmed, var exitCode) = await AskAsync(queue, state, options, context, cancellationToken);
            if (confirmed is null)
            {
                return exitCode;
            }
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
                    var meant = letters.Where(letter => confirmed?.Remove(letter.Id) ?? options.Filter.Fits(letter, context.Time.GetUtcNow())).ToList();
                    tally.Kept += letters.Count - meant.Count;
                    if (meant.Count > 0)
                    {
                        var deleted = await queue.DeleteAsync(meant, CancellationToken.None);
                        pass.Forget(deleted);
                        tally.Done += deleted.Count;
                        tally.Fail(meant.Count - deleted.Count, "the queue did not delete them");
                    }

                    await progress.ShowAsync("dropped", tally.Done, state.Total);
                    if (confirmed is { Count: 0 })
                    {
                        break;
                    }
                }
            }

            tally.Fail(confirmed?.Count ?? 0, "they were counted but did not come again: another consumer holds them or has deleted them");
        }
        finally
        {
            await progress.LeaveAsync();
            await context.Output.WriteLineAsync(options.Json ? tally.Json("dropped") : tally.Text("dropped", queue.IsFifo));
        }

        return tally.Failed > 0 ? ExitCodes.Incomplete : ExitCodes.Stopped;
    }

    /// <summary>Counts and asks.</summary>
    /// <returns>The ids of those that may be deleted; null: none, with the exit code.</returns>
    private static async Task<(HashSet<string>? Ids, int ExitCode)> AskAsync(DeadLetterQueue queue, DeadLetterState state, DeadLetterOptions options, CommandContext context, CancellationToken cancellationToken)
    {
        var progress = new DeadLetterProgress(context, options.Json);
        var meant = new HashSet<string>(StringComparer.Ordinal);
        var pass = new DeadLetterPass(queue, DeadLetterPass.Reading, options.Limit);
        await using (pass)
        {
            await foreach (var letters in pass.ReadAsync(cancellationToken))
            {
                meant.UnionWith(letters.Where(letter => options.Filter.Fits(letter, context.Time.GetUtcNow())).Select(static letter => letter.Id));
                await progress.ShowAsync("looked at", pass.Seen, state.Total);
            }
        }

        await progress.LeaveAsync();
        var more = pass.ReachedEnd ? "" : DeadLetterText.Of($" More remain for a second run: the queue holds about {state.Total:#,0}.");
        var question = DeadLetterText.Of($"{DeadLetterText.Messages(meant.Count)} of {pass.Seen:#,0} seen in {queue.Name} would be deleted for good.{more}");
        if (meant.Count == 0)
        {
            await context.Errors.WriteLineAsync(question);
            if (options.Json)
            {
                await context.Output.WriteLineAsync(new RunTally { Kept = pass.Seen }.Json("dropped"));
            }

            return (null, ExitCodes.Stopped);
        }

        if (!context.IsTerminal || context.Input is not { } input)
        {
            await context.Errors.WriteLineAsync($"{question} Nothing was deleted: say --yes.");
            return (null, ExitCodes.WrongUsage);
        }

        var notes = context.Notes(options.Json);
        await notes.WriteAsync($"{question} Type yes: ");
        await notes.FlushAsync(cancellationToken);

        // A console's asynchronous reads block, and nothing ends them: on a stop the read is left behind.
        var answer = await Task.Run(input.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);
        if ("yes".Equals(answer?.Trim(), StringComparison.OrdinalIgnoreCase))
        {
            return (meant, ExitCodes.Stopped);
        }

        await notes.WriteLineAsync("Nothing was deleted.");
        return (null, ExitCodes.WrongUsage);
    }
}
