namespace LocalSqs.Protocol;

/// <summary>The calls of the SQS protocol that the emulator answers; the names are those of <c>X-Amz-Target</c>.</summary>
public enum SqsOperation
{
    /// <summary>A target that is not known.</summary>
    Unknown,
    ReceiveMessage,
    DeleteMessage,
    DeleteMessageBatch,
    SendMessage,
    SendMessageBatch,
    ChangeMessageVisibility,
    ChangeMessageVisibilityBatch,
    GetQueueAttributes,
    CreateQueue,
    GetQueueUrl,
}
