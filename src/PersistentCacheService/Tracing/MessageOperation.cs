namespace PersistentCacheService.Tracing;

/// <summary>What is done with messages, in the words of OpenTelemetry's conventions for messaging.</summary>
/// <param name="Name">messaging.operation.name, the first word of the span's name.</param>
/// <param name="Type">messaging.operation.type.</param>
internal readonly record struct MessageOperation(string Name, string Type)
{
    /// <summary>ReceiveMessage.</summary>
    public static MessageOperation Receive => new("receive", "receive");

    /// <summary>The handling of one message.</summary>
    public static MessageOperation Process => new("process", "process");

    /// <summary>DeleteMessageBatch.</summary>
    public static MessageOperation Delete => new("delete", "settle");

    /// <summary>ChangeMessageVisibilityBatch: the message becomes visible again after a delay.</summary>
    public static MessageOperation Return => new("return", "settle");
}
