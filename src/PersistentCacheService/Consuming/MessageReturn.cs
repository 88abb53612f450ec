namespace PersistentCacheService.Consuming;

/// <summary>A message to give back to the queue.</summary>
/// <param name="Message">The message.</param>
/// <param name="Reason">Why.</param>
/// <param name="Delay">How long it stays hidden from now on; whole seconds count.</param>
internal readonly record struct MessageReturn(ReceivedMessage Message, ReturnReason Reason, TimeSpan Delay);
