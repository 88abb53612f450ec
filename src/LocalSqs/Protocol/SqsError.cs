namespace LocalSqs.Protocol;

/// <summary>An error as SQS answers it.</summary>
/// <param name="Type">Value of <c>__type</c>, namespace included.</param>
/// <param name="QueryCode">Code of the older query protocol, sent in <c>x-amzn-query-error</c>.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Message">Human-readable text.</param>
internal sealed record SqsError(string Type, string QueryCode, int Status, string Message)
{
    private const string Sqs = "com.amazonaws.sqs#";
    private const string Service = "com.amazon.coral.service#";
    private const string Legacy = "AWS.SimpleQueueService.";

    /// <summary>Whether the caller is to blame.</summary>
    public bool SenderFault => Status < 500;

    public static SqsError QueueDoesNotExist { get; } =
        Sender("QueueDoesNotExist", Legacy + "NonExistentQueue", "The specified queue does not exist.");

    public static SqsError EmptyBatchRequest { get; } =
        Sender("EmptyBatchRequest", Legacy + "EmptyBatchRequest", "There should be at least one entry in the request.");

    public static SqsError ReceiptHandleIsInvalid { get; } =
        Sender("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", "The input receipt handle is invalid.");

    public static SqsError MessageNotInflight { get; } =
        Sender("MessageNotInflight", Legacy + "MessageNotInflight", "The message referred to is not in flight.");

    public static SqsError OverLimit { get; } =
        Sender("OverLimit", "OverLimit", "Too many messages in flight: the limit of 120000 is reached.");

    public static SqsError InvalidMessageContents { get; } =
        Sender("InvalidMessageContents", "InvalidMessageContents", "Message body contains characters outside the allowed set.");

    public static SqsError BatchRequestTooLong { get; } = Sender(
        "BatchRequestTooLong",
        Legacy + "BatchRequestTooLong",
        "Batch requests cannot be longer than 1048576 bytes.");

    public static SqsError Throttled { get; } = Sender("RequestThrottled", "RequestThrottled", "The request was denied due to request throttling.");

    public static SqsError InternalFailure { get; } = new(
        Service + "InternalFailure", "InternalFailure;Receiver", 500, "We encountered an internal error. Please try again.");

    /// <summary>The same for an entry of a batch, where its code is another.</summary>
    public static SqsError InternalEntryError { get; } = InternalFailure with { QueryCode = "InternalError;Receiver" };

    public static SqsError ServiceUnavailable { get; } = new(
        Service + "ServiceUnavailableException", "ServiceUnavailable;Receiver", 503, "Service is temporarily unavailable.");

    public static SqsError ExpiredToken { get; } = Security(
        "ExpiredTokenException", "ExpiredToken", "The security token included in the request is expired");

    public static SqsError InvalidClientToken { get; } = Security(
        "UnrecognizedClientException", "InvalidClientTokenId", "The security token included in the request is invalid.");

    public static SqsError AccessDenied { get; } = Security(
        "AccessDeniedException",
        "AccessDenied",
        "User is not authorized to perform this operation because no identity-based policy allows it.");

    public static SqsError MissingAuthentication { get; } = Security(
        "MissingAuthenticationTokenException", "MissingAuthenticationToken", "Request is missing Authentication Token");

    public static SqsError TooManyEntries(int count) => Sender(
        "TooManyEntriesInBatchRequest",
        Legacy + "TooManyEntriesInBatchRequest",
        $"Maximum number of entries per request are 10. You have sent {count}.");

    public static SqsError IdsNotDistinct(string id) =>
        Sender("BatchEntryIdsNotDistinct", Legacy + "BatchEntryIdsNotDistinct", $"Id {id} repeated.");

    public static SqsError InvalidBatchEntryId { get; } = Sender(
        "InvalidBatchEntryId",
        Legacy + "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.");

    public static SqsError InvalidParameter(string message) => Sender("InvalidParameterValueException", "InvalidParameterValue", message);

    public static SqsError InvalidParameter(string value, string parameter, string reason) =>
        InvalidParameter($"Value {value} for parameter {parameter} is invalid. Reason: {reason}");

    public static SqsError MissingParameter(string parameter) =>
        Sender("MissingRequiredParameterException", "MissingParameter", $"The request must contain the parameter {parameter}.");

    public static SqsError InvalidAttributeName(string name) =>
        Sender("InvalidAttributeName", "InvalidAttributeName", $"Unknown Attribute {name}.");

    public static SqsError InvalidAttributeValue(string name) =>
        Sender("InvalidAttributeValue", "InvalidAttributeValue", $"Invalid value for the parameter {name}.");

    public static SqsError QueueNameExists(string attribute) => Sender(
        "QueueNameExists",
        "QueueAlreadyExists",
        $"A queue already exists with the same name and a different value for attribute {attribute}");

    public static SqsError Unsupported(string message) => Sender("UnsupportedOperation", Legacy + "UnsupportedOperation", message);

    public static SqsError UnknownOperation { get; } = new(
        Service + "UnknownOperationException", "InvalidAction;Sender", 404, "The requested operation is not known.");

    public static SqsError Serialization(string message) => new(Service + "SerializationException", "MalformedInput;Sender", 400, message);

    public static SqsError BadSignature(string message) => Security("InvalidSignatureException", "SignatureDoesNotMatch", message);

    public static SqsError IncompleteSignature(string message) => Security("IncompleteSignatureException", "IncompleteSignature", message);

    private static SqsError Sender(string type, string code, string message) => new(Sqs + type, code + ";Sender", 400, message);

    private static SqsError Security(string type, string code, string message) => new(Service + type, code + ";Sender", 403, message);
}
