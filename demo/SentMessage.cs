namespace Demo;

/// <summary>A message with the id the queue gave it.</summary>
internal sealed record SentMessage(DemoMessage Message, string MessageId);
