using Amazon.SQS.Model;
using EntitlementCache.Hosting;
using PersistentCacheService.Queue.Sqs;

namespace PersistentCacheService.Commands.DeadLetters;

/// <summary>A move of all messages by SQS itself, watched to its end. One that runs already is watched. Ctrl-C cancels it; what is moved stays moved.</summary>
internal sealed class MoveTaskRun(DeadLetterQueue queue, DeadLetterState state, DeadLetterOptions options, CommandContext context)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly DeadLetterProgress _progress = new(context, options.Json);

    /// <summary>Whether SQS moves messages: then nothing else must.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>Starts and watches.</summary>
    /// <returns>0: all moved; 4: SQS gave up.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (state.Arn is not { } arn)
        {
            throw new InvalidDataException($"{queue.Name} does not tell its ARN.");
        }

        var handle = await FindRunningAsync(arn, cancellationToken);
        if (handle is null)
        {
            var request = new StartMessageMoveTaskRequest { SourceArn = arn, MaxNumberOfMessagesPerSecond = options.Rate };
            handle = (await queue.CallAsync(queue.Client.StartMessageMoveTaskAsync, request, cancellationToken)).TaskHandle;
        }

        IsStarted = true;
        try
        {
            return await WatchAsync(arn, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await _progress.LeaveAsync();
            await CancelAsync(handle);
            throw;
        }
    }

    private async Task CancelAsync(string? handle)
    {
        try
        {
            var request = new CancelMessageMoveTaskRequest { TaskHandle = handle };
            var response = await queue.CallAsync(queue.Client.CancelMessageMoveTaskAsync, request, CancellationToken.None);
            await context.Errors.WriteLineAsync($"The move is cancelled after about {DeadLetterText.Messages(response.ApproximateNumberOfMessagesMoved ?? 0)}.");
        }
        catch (Exception exception) when (exception.GetSqsErrorKind() is not SqsErrorKind.Unknown)
        {
            await context.Errors.WriteLineAsync($"The move could not be cancelled ({exception.GetSqsCause()}): unless it has ended, SQS continues with it.");
        }
    }

    private async Task<ListMessageMoveTasksResultEntry?> LatestAsync(string arn, CancellationToken cancellationToken)
    {
        var request = new ListMessageMoveTasksRequest { SourceArn = arn, MaxResults = 1 };
        return (await queue.CallAsync(queue.Client.ListMessageMoveTasksAsync, request, cancellationToken)).Results is [var latest, ..] ? latest : null;
    }

    private async Task<string?> FindRunningAsync(string arn, CancellationToken cancellationToken)
    {
        if (await LatestAsync(arn, cancellationToken) is not { Status: "RUNNING" } running)
        {
            return null;
        }

        await context.Errors.WriteLineAsync("A move runs already; it is watched. Ctrl-C cancels it.");
        return running.TaskHandle;
    }

    private async Task<int> WatchAsync(string arn, CancellationToken cancellationToken)
    {
        while (true)
        {
            var task = await LatestAsync(arn, cancellationToken);
            var (moved, total) = (task?.ApproximateNumberOfMessagesMoved ?? 0, task?.ApproximateNumberOfMessagesToMove ?? 0);
            if (task is { Status: not ("RUNNING" or "CANCELLING") })
            {
                await _progress.LeaveAsync();
                await context.Output.WriteLineAsync(options.Json ? Json(task, moved) : Text(task, moved));
                return task.Status == "COMPLETED" ? ExitCodes.Stopped : ExitCodes.Incomplete;
            }

            await _progress.ShowAsync("moved", moved, total);
            await Task.Delay(Pause, context.Time, cancellationToken);
        }
    }

    private static string Text(ListMessageMoveTasksResultEntry task, long moved) => task.Status == "COMPLETED"
        ? $"SQS moved about {DeadLetterText.Messages(moved)} back to where they came from."
        : $"SQS moved about {DeadLetterText.Messages(moved)}, then the move ended as {task.Status}{(task.FailureReason is { Length: > 0 } reason ? $" ({reason})" : "")}.";

    private static string Json(ListMessageMoveTasksResultEntry task, long moved) => DeadLetterText.Json(json =>
    {
        json.WriteString("by", "move");
        json.WriteNumber("moved", moved);
        json.WriteString("status", task.Status);
        json.WriteString("failure", task.FailureReason);
    });
}
