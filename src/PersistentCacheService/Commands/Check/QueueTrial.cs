using Amazon.Runtime.Credentials;
using Amazon.SQS;
using Amazon.SQS.Model;
using Microsoft.Extensions.Logging.Abstractions;
using PersistentCacheService.Queue.Sqs;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Commands.Check;

/// <summary>Whether the queue is there and may be used. Nothing is received: that would count against a message's redrive policy.</summary>
internal static class QueueTrial
{
    // Of no message. An identity that may delete gets "wrong handle", another one "not allowed".
    private const string NoHandle = "check";

    /// <summary>Reads the queue's attributes and tries to delete nothing.</summary>
    public static async Task<IReadOnlyList<Finding>> RunAsync(QueueSettings settings, CancellationToken cancellationToken)
    {
        var credentials = new RememberedCredentials(static () => new DefaultAWSCredentialsIdentityResolver(), TimeProvider.System, NullLogger<RememberedCredentials>.Instance);
        using var client = SqsClient.Create(settings, credentials);

        // At once: a source of credentials that hangs costs its deadline once.
        return await Task.WhenAll(TryAttributesAsync(client, settings, cancellationToken), TryDeleteAsync(client, settings, cancellationToken));
    }

    private static async Task<Finding> TryAttributesAsync(IAmazonSQS client, QueueSettings settings, CancellationToken cancellationToken)
    {
        const string Subject = "queue";
        var request = new GetQueueAttributesRequest { QueueUrl = settings.Url.AbsoluteUri, AttributeNames = ["VisibilityTimeout", "RedrivePolicy", "ApproximateNumberOfMessages"] };
        try
        {
            var response = await SqsDeadline.CallAsync(client.GetQueueAttributesAsync, request, SqsDeadline.BeyondTheWait, TimeProvider.System, cancellationToken);
            return response.Attributes?.ContainsKey("RedrivePolicy") == true
                ? Finding.Ok(Subject, $"{settings.Name} holds about {response.ApproximateNumberOfMessages} messages, visibility timeout {response.VisibilityTimeout} s")
                : new Finding(
                    Severity.Warning, Subject, $"{settings.Name} has no redrive policy: a malformed message is redelivered until it expires.", "give the queue a dead-letter queue");
        }
        catch (Exception exception) when (exception.GetSqsErrorKind() == SqsErrorKind.AccessDenied)
        {
            return new Finding(Severity.Warning, Subject, $"{settings.Name}: its attributes may not be read.", "allow sqs:GetQueueAttributes");
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return Failure(Subject, exception);
        }
    }

    private static async Task<Finding> TryDeleteAsync(IAmazonSQS client, QueueSettings settings, CancellationToken cancellationToken)
    {
        const string Subject = "queue rights";
        var request = new DeleteMessageBatchRequest { QueueUrl = settings.Url.AbsoluteUri, Entries = [new DeleteMessageBatchRequestEntry { Id = "0", ReceiptHandle = NoHandle }] };
        try
        {
            await SqsDeadline.CallAsync(client.DeleteMessageBatchAsync, request, SqsDeadline.BeyondTheWait, TimeProvider.System, cancellationToken);
            return Finding.Ok(Subject, "messages may be deleted");
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return Failure(Subject, exception);
        }
    }

    private static Finding Failure(string subject, Exception exception)
    {
        var kind = exception.GetSqsErrorKind();
        return new Finding(kind.IsConfigurationError() ? Severity.Misconfigured : Severity.Unavailable, subject, $"{kind}: {exception.GetSqsCause()}", exception.GetSqsRemedy());
    }
}
