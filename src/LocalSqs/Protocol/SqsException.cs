namespace LocalSqs.Protocol;

/// <summary>Ends a request with an error answer.</summary>
internal sealed class SqsException : Exception
{
    public SqsException(SqsError error)
        : base(error.Message) => Error = error;

    public SqsError Error { get; }
}
