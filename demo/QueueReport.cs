namespace Demo;

/// <summary>What stayed in the queue, and why.</summary>
internal static class QueueReport
{
    public static void Print(DemoStack stack, Checklist checks, Story story, Outcomes outcomes)
    {
        var left = stack.Queue.Peek();
        var byId = story.Sent.ToDictionary(static sent => sent.MessageId, static sent => sent.Message);
        Page.Title("The queue: what stayed in it");
        Page.Table(
            ["message", "what", "receives", "why it stays"],
            [.. left.Select(message => new[]
            {
                message.MessageId[..8],
                byId[message.MessageId].What,
                $"{message.ReceiveCount}",
                byId[message.MessageId].WhyItStays ?? "it should not",
            })]);
        foreach (var message in left)
        {
            Page.Line($"of {message.MessageId[..8]} the log says: {outcomes.TextOf(message.MessageId)}");
        }

        var expected = story.Sent.Where(static sent => sent.Message.StaysInQueue).Select(static sent => sent.MessageId);
        checks.Add("only what must stay is still in the queue", expected.Order().SequenceEqual(left.Select(static message => message.MessageId).Order()));
        checks.Add("no log line shows the body of the broken message", !stack.Worker.Output.Any(static line => line.Contains("\"curr", StringComparison.Ordinal)));
    }
}
