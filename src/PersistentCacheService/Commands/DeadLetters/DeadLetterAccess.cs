using Amazon.SQS.Model;
using Microsoft.Extensions.Logging.Abstractions;
using PersistentCacheService.Queue.Credentials;
using PersistentCacheService.Queue.Sqs;

namespace PersistentCacheService.Commands.DeadLetters;

/// <summary>Finds the dead-letter queue: the one that is named, or the one of the main queue's redrive policy.</summary>
internal static class DeadLetterAccess
{
    /// <summary>Reads the settings that the queue takes, and finds it.</summary>
    /// <returns>The queue and what it says about itself; null: there is none, which is printed.</returns>
    public static async Task<(DeadLetterQueue Queue, DeadLetterState State)?> OpenAsync(DeadLetterOptions options, CommandContext context, CancellationToken cancellationToken)
    {
        var (settings, edge, isMainKnown, problems) = DeadLetterAddress.ReadSettings(context.Environment, options);
        if (settings is null)
        {
            foreach (var problem in problems)
            {
                await context.Errors.WriteLineAsync(problem);
            }

            return null;
        }

        var credentials = QueueCredentials.Create(settings, edge, context.Time, Random.Shared.NextDouble, NullLoggerFactory.Instance);
        var client = SqsClient.Create(options.QueueUrl is { } own && settings.ServiceUrl is null ? settings with { Url = own } : settings, credentials);
        DeadLetterQueue? queue = null;
        try
        {
            var url = options.QueueUrl;
            if (url is null)
            {
                var request = new GetQueueAttributesRequest { QueueUrl = settings.Url.AbsoluteUri, AttributeNames = ["RedrivePolicy"] };
                var response = await SqsDeadline.CallAsync(client.GetQueueAttributesAsync, request, SqsDeadline.BeyondTheWait, context.Time, cancellationToken);
                if (DeadLetterAddress.TargetArn(response.Attributes?.GetValueOrDefault("RedrivePolicy")) is not { } arn)
                {
                    await context.Errors.WriteLineAsync($"{settings.Name} has no redrive policy, so it gives no message up. Remedy: give it one with a dead-letter queue, or name a queue with --queue-url.");
                    return null;
                }

                url = DeadLetterAddress.Beside(settings.Url, DeadLetterAddress.NameOf(arn));
            }

            var found = new DeadLetterQueue(client, url, isMainKnown ? settings.Url : null, context.Time);
            var state = await found.StateAsync(cancellationToken);
            if (state.MovesOn)
            {
                await context.Errors.WriteLineAsync($"Note: {found.Name} has a redrive policy of its own. Every look counts as a receive, and moves messages on some day.");
            }

            queue = found;
            return (queue, state);
        }
        finally
        {
            if (queue is null)
            {
                client.Dispose();
            }
        }
    }
}
