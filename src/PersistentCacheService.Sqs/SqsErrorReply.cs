using System.Net;
using Amazon.Runtime;

namespace Amazon.SQS;

/// <summary>What an error reply said.</summary>
/// <param name="Shape">Name of the error in the JSON protocol, e.g. <c>QueueDoesNotExist</c>; null when the body has none.</param>
/// <param name="Code">The older code of the query protocol when the reply has one (as AWSSDK.SQS does), else <paramref name="Shape"/>.</param>
/// <param name="Message">First line of the reply's message.</param>
/// <param name="Type">Whose fault the reply says it is.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="RequestId">AWS's id of the request, for support cases.</param>
/// <param name="Kind">The classification.</param>
internal sealed record SqsErrorReply(string? Shape, string? Code, string? Message, ErrorType Type, HttpStatusCode Status, string? RequestId, SqsErrorKind Kind);
