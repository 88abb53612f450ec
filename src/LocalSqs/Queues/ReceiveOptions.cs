namespace LocalSqs.Queues;

/// <summary>What a receive asks for.</summary>
/// <param name="Maximum">Messages at most, 1..10.</param>
/// <param name="VisibilitySeconds">How long they are hidden; null means the queue's timeout.</param>
internal readonly record struct ReceiveOptions(int Maximum, int? VisibilitySeconds);
