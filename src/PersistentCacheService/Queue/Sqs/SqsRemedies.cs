using System.Net.Sockets;
using EntitlementCache.Aws;
using EntitlementCache.Outbound;

namespace PersistentCacheService.Queue.Sqs;

/// <summary>What an operator can do about a failed call to SQS, as the second half of a sentence. The log and <c>check</c> say the same.</summary>
internal static class SqsRemedies
{
    /// <summary>What fits this failure, and not only its kind.</summary>
    public static string GetSqsRemedy(this Exception exception) => exception.GetSqsErrorKind() switch
    {
        SqsErrorKind.CredentialsUnavailable when CredentialFailure.Remedy(exception) is { } remedy => remedy,

        // SQS: "Credential should be scoped to a valid region." Other services name the region that they expect.
        SqsErrorKind.InvalidCredentials when exception.GetSqsCause().Contains("should be scoped to", StringComparison.OrdinalIgnoreCase) =>
            "AWS_REGION is not the region of that endpoint: set it to the queue's region",
        SqsErrorKind.Network when exception.GetBaseException() is SocketException socket && socket.IsUnresolved() =>
            "the name has no address: check QUEUE_URL, AWS_ENDPOINT_URL_SQS, HTTPS_PROXY, that AWS_REGION is an existing region, and the cluster's DNS",
        var kind => kind.Remedy(),
    };

    /// <summary>What fits the kind.</summary>
    public static string Remedy(this SqsErrorKind kind) => kind switch
    {
        SqsErrorKind.QueueDoesNotExist => "check QUEUE_URL and AWS_REGION; the queue must exist in that account and region",
        SqsErrorKind.AccessDenied => "allow sqs:ReceiveMessage, sqs:DeleteMessage, sqs:ChangeMessageVisibility and sqs:GetQueueAttributes on the queue (and kms:Decrypt on its key) for this identity",
        SqsErrorKind.InvalidCredentials => "the access key or its secret is wrong, or does not hold in AWS_REGION (China and GovCloud have their own): check the credentials of this process",
        SqsErrorKind.ExpiredCredentials => "the session token has expired: check what renews the credentials of this process",
        SqsErrorKind.CredentialsUnavailable => "no AWS credentials were found: attach a role (IRSA, Pod Identity, ECS, EC2) or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        SqsErrorKind.ClockSkew => "the clock of this machine is wrong: synchronise it",
        SqsErrorKind.Network or SqsErrorKind.Timeout => "check QUEUE_URL, AWS_ENDPOINT_URL_SQS, HTTPS_PROXY and that the network lets this process reach SQS",
        SqsErrorKind.Unavailable or SqsErrorKind.Throttled or SqsErrorKind.OverLimit => "it passes by itself",
        _ => "the queue refuses the request: check QUEUE_URL, BATCH_SIZE, WAIT_TIME_IN_SECS and VISIBILITY_TIMEOUT_IN_SECS",
    };
}
