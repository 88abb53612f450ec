namespace LocalSqs.Queues;

/// <summary>A message to be sent, checked and not yet stored.</summary>
/// <param name="Body">Its text.</param>
/// <param name="Extras">What only some messages have.</param>
internal readonly record struct MessageDraft(MessageBody Body, MessageExtras? Extras = null);
