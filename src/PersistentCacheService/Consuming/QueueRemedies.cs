using Amazon.SQS;

namespace PersistentCacheService.Consuming;

/// <summary>What a person can do about a queue that cannot be used, in the words of the settings.</summary>
internal static class QueueRemedies
{
    /// <summary>The remedy, as the second half of a sentence.</summary>
    public static string For(SqsErrorKind kind) => kind switch
    {
        SqsErrorKind.QueueDoesNotExist => "check QUEUE_URL and AWS_REGION; the queue must exist in that account and region",
        SqsErrorKind.AccessDenied => "allow sqs:ReceiveMessage, sqs:DeleteMessage, sqs:ChangeMessageVisibility and sqs:GetQueueAttributes on the queue (and kms:Decrypt on its key) for this identity",
        SqsErrorKind.InvalidCredentials => "the access key or its secret is wrong: check the credentials of this process",
        SqsErrorKind.ExpiredCredentials => "the session token has expired: check what renews the credentials of this process",
        SqsErrorKind.CredentialsUnavailable => "no AWS credentials were found: attach a role (IRSA, Pod Identity, ECS, EC2) or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        SqsErrorKind.ClockSkew => "the clock of this machine is wrong: synchronise it",
        SqsErrorKind.Network or SqsErrorKind.Timeout => "check QUEUE_URL, AWS_ENDPOINT_URL_SQS and that the network lets this process reach SQS",
        SqsErrorKind.Unavailable or SqsErrorKind.Throttled or SqsErrorKind.OverLimit => "it passes by itself",
        _ => "the queue refuses the request: check QUEUE_URL, BATCH_SIZE, WAIT_TIME_IN_SECS and VISIBILITY_TIMEOUT_IN_SECS",
    };
}
