namespace Demo;

/// <summary>Messages that are sent together, after the ones before were handled.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Messages">At most 10, the limit of one SendMessageBatch.</param>
internal sealed record Act(string Title, IReadOnlyList<DemoMessage> Messages)
{
    /// <summary>The messages the queue took, with the ids it gave them.</summary>
    public List<SentMessage> Sent { get; } = [];
}
