using LocalSqs.Queues;

namespace LocalSqs.Protocol;

/// <summary>Finds the queue that a request names.</summary>
internal static class QueueResolution
{
    private const int LongestUrl = 256; // longer ones work and allocate

    /// <summary>Reads the present member as a queue URL.</summary>
    /// <exception cref="SqsException">There is no such queue.</exception>
    public static SqsQueue Resolve(this QueueRegistry queues, ref RequestReader json) =>
        queues.FindByUrl(json.Text(stackalloc byte[LongestUrl])) ?? throw new SqsException(SqsError.QueueDoesNotExist);

    /// <summary>Reads the present member as a receipt handle; false when no queue of this program wrote it.</summary>
    public static bool TryReadHandle(this ref RequestReader json, out ReceiptHandle handle) =>
        ReceiptHandle.TryParse(json.Text(stackalloc byte[ReceiptHandle.Length * 2]), out handle);
}
