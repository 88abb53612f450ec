using PersistentCacheService.Queue.Sqs;

namespace PersistentCacheService.Commands.DeadLetters;

/// <summary><c>dlq replay</c>: messages go back to the queue that gave them up.</summary>
internal static class ReplayCommand
{
    /// <summary>Moves them, by the way that is asked for or by the one that is safe.</summary>
    /// <returns>0: all that were meant are moved; 4: some are still there.</returns>
    public static async Task<int> RunAsync(DeadLetterQueue queue, DeadLetterState state, DeadLetterOptions options, CommandContext context, CancellationToken cancellationToken)
    {
        var notes = context.Notes(options.Json);
        if (options.Way != ReplayWay.Send && options.Filter.IsEmpty)
        {
            if (options.Way == ReplayWay.Auto && await FindObjectionAsync(queue, state, options, context, cancellationToken) is { } objection)
            {
                await notes.WriteLineAsync($"By sending and deleting: {objection}.");
            }
            else
            {
                var move = new MoveTaskRun(queue, state, options, context);
                try
                {
                    return await move.RunAsync(cancellationToken);
                }
                catch (Exception exception) when (options.Way == ReplayWay.Auto && !move.IsStarted && IsRefusal(exception))
                {
                    await notes.WriteLineAsync($"By sending and deleting: a move task is refused ({exception.GetSqsCause()}).");
                }
            }
        }

        return await new Resending(queue, state, options, context).RunAsync(cancellationToken);
    }

    /// <summary>Looks at the messages first: SQS gives a moved message a new time, and one without a time of its own would count as new.</summary>
    /// <returns>Null: a move task may do it.</returns>
    private static async Task<string?> FindObjectionAsync(
        DeadLetterQueue queue, DeadLetterState state, DeadLetterOptions options, CommandContext context, CancellationToken cancellationToken)
    {
        var progress = new DeadLetterProgress(context, options.Json);
        var (timeless, bySender) = (0, 0);
        var pass = new DeadLetterPass(queue, DeadLetterPass.Reading, options.Limit);
        await using (pass)
        {
            await foreach (var letters in pass.ReadAsync(cancellationToken))
            {
                timeless += letters.Count(static letter => letter.Diagnosis.TakesQueueTime);
                bySender += letters.Count(static letter => letter.SourceName is null);
                await progress.ShowAsync("looked at", pass.Seen, state.Total);
            }
        }

        await progress.LeaveAsync();
        return timeless > 0 ? $"{DeadLetterText.Messages(timeless)} without a time of {(timeless == 1 ? "its" : "their")} own would count as new after a move"
            : bySender > 0 ? $"{DeadLetterText.Messages(bySender)} did not come from a queue, and SQS moves only what did"
            : pass.Seen < state.Total ? DeadLetterText.Of($"only {pass.Seen:#,0} of about {state.Total:#,0} messages could be looked at")
            : null;
    }

    // Not allowed, or not known to this endpoint: AWS, older emulators, and queues that no redrive policy names.
    private static bool IsRefusal(Exception exception) =>
        exception.GetSqsErrorKind() is SqsErrorKind.AccessDenied or SqsErrorKind.InvalidRequest or SqsErrorKind.UnexpectedResponse;
}
