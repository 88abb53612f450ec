namespace PersistentCacheService.Messages;

/// <summary>What the queue says about a message beside its body.</summary>
/// <param name="SentTimestamp">SQS <c>SentTimestamp</c>, Unix ms; 0 when the queue did not tell. It stands in where a payload carries no time of its own: never the local clock, a redelivered old message must not become new.</param>
/// <param name="DeclaredType">String value of the message attribute <c>type</c>, <c>eventType</c> or <c>messageType</c> (the first that is there), else null. Asked only when the body names no type.</param>
internal readonly record struct MessageOrigin(long SentTimestamp, string? DeclaredType);
