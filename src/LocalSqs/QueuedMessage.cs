using LocalSqs.Queues;

namespace LocalSqs;

/// <summary>A message that is still in a queue.</summary>
/// <param name="MessageId">Its id.</param>
/// <param name="Body">Its text.</param>
/// <param name="ReceiveCount">How often it was received.</param>
/// <param name="State">Where it is.</param>
/// <param name="SentAt">When it was sent.</param>
/// <param name="GroupId">Its message group, if any.</param>
public sealed record QueuedMessage(string MessageId, string Body, int ReceiveCount, MessageState State, DateTimeOffset SentAt, string? GroupId)
{
    internal static QueuedMessage Of(Message message) => new(
        message.Id.ToString(),
        message.Body.ReadText(),
        message.ReceiveCount,
        message.State,
        DateTimeOffset.FromUnixTimeMilliseconds(message.SentAt),
        message.Extras?.GroupId);
}
