using TestKit;
using TestKit.Messages;

namespace Demo;

/// <summary>The whole demonstration: start, send, look, check, clean up.</summary>
internal static class DemoRun
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Runs it and says whether every expectation held.</summary>
    public static async Task<bool> RunAsync(bool keepsRunning, CancellationToken cancellationToken)
    {
        var checks = new Checklist();
        await using var stack = await DemoStack.StartAsync(cancellationToken);
        stack.PrintWhatRuns();

        checks.Add("the worker is ready", await stack.BecomesReadyAsync(Deadline));
        var story = new Story(TimeProvider.System.GetUtcNow());
        stack.Edge.Store(Story.FetchedCustomer, null, StiggMessages.EdgeEntitlements(story.Fetched));
        foreach (var act in story.Acts)
        {
            await stack.SendAsync(act, cancellationToken);
            checks.Add($"{act.Title}: all of it was handled", await HandledAsync(stack, act, cancellationToken));
        }

        var outcomes = new Outcomes(stack.Worker.Output);
        story.Print(outcomes);
        WorkerLog.Print(stack.Worker.Output);
        await WorkerState.PrintAsync(stack, checks, story);
        await CacheReport.PrintAsync(stack, checks, story);
        QueueReport.Print(stack, checks, story, outcomes);
        await SidecarReport.PrintAsync(stack, checks);
        story.Check(outcomes, checks);

        if (keepsRunning)
        {
            checks.Print();
            stack.PrintHowToGoOn();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ContinueWith(
                static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return checks.AllHold;
        }

        checks.Add("SIGTERM ends the worker with exit code 0", await stack.StopWorkerAsync(Deadline) == 0);
        checks.Print();
        return checks.AllHold;
    }

    /// <summary>Waits until the worker has said of each of the act's messages how it ended, and has taken those from the queue that must not stay; its log may lag behind the queue.</summary>
    private static async Task<bool> HandledAsync(DemoStack stack, Act act, CancellationToken cancellationToken)
    {
        try
        {
            await Eventually.HoldsAsync(
                () =>
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var left = stack.Queue.Peek().Select(static message => message.MessageId).ToHashSet();
                    var outcomes = new Outcomes(stack.Worker.Output);
                    return act.Sent.All(sent => outcomes.Of(sent.MessageId) is { Length: > 0 } && (sent.Message.StaysInQueue || !left.Contains(sent.MessageId)));
                },
                "the worker has handled the messages",
                Deadline);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
