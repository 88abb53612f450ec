namespace Amazon.SQS.Model;

/// <summary>An entry that was not done.</summary>
public sealed class BatchResultErrorEntry
{
    /// <summary>Id of the entry in the request.</summary>
    public string? Id { get; set; }

    /// <summary>Error code, e.g. <c>ReceiptHandleIsInvalid</c>, <c>RequestThrottled</c>, <c>InternalError</c>.</summary>
    public string? Code { get; set; }

    /// <summary>Explanation for people.</summary>
    public string? Message { get; set; }

    /// <summary>True: the entry is wrong and a retry is useless. Otherwise a retry can help.</summary>
    public bool? SenderFault { get; set; }
}
