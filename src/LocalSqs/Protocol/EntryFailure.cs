namespace LocalSqs.Protocol;

/// <summary>Why one entry of a batch failed.</summary>
/// <param name="Code">Error code, as in BatchResultErrorEntry.</param>
/// <param name="SenderFault">Whether a retry is useless.</param>
/// <param name="Message">Text for a person.</param>
internal sealed record EntryFailure(string Code, bool SenderFault, string Message)
{
    /// <summary>A failure on the server's side, worth a retry.</summary>
    public static EntryFailure Internal { get; } = new("InternalError", SenderFault: false, "We encountered an internal error. Please try again.");

    /// <summary>A failure that a retry cannot mend.</summary>
    public static EntryFailure InvalidHandle { get; } = Of(SqsError.ReceiptHandleIsInvalid);

    public static EntryFailure Of(SqsError error) => new(error.QueryCode[..error.QueryCode.IndexOf(';', StringComparison.Ordinal)], error.SenderFault, error.Message);
}
